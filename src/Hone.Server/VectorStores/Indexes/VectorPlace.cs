using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes;

/// <summary>A collection and where it is: <c>KIND:ADDRESS/COLLECTION</c>. What an address cannot hold in the collection's name is escaped as in addresses of the web, <c>%2F</c> for <c>/</c>.</summary>
/// <param name="Address">What <see cref="VectorIndexes.Open"/> opens.</param>
/// <param name="Collection">The name, unescaped.</param>
public sealed record VectorPlace(string Address, string Collection)
{
    /// <exception cref="HoneException">No collection is named.</exception>
    public static VectorPlace Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int slash = text.LastIndexOf('/');
        // A collection of the current folder.
        if (slash < 0 && text.StartsWith(VectorIndexes.Folder, StringComparison.Ordinal) && text.Length > VectorIndexes.Folder.Length)
            return new VectorPlace(VectorIndexes.Folder + ".", Uri.UnescapeDataString(text[VectorIndexes.Folder.Length..]));
        // A second slash before it is that of "//HOST".
        if (slash <= text.IndexOf(':', StringComparison.Ordinal) || slash == text.Length - 1 || text[slash - 1] is '/' or ':')
        {
            VectorIndexes.CheckKind(text);
            throw new HoneException(Text.Of(
                "A collection's place is KIND:ADDRESS/COLLECTION, as in qdrant://localhost:6333/docs or folder:vectors/docs. Add the name of the collection.",
                "集合的位置写作 KIND:ADDRESS/COLLECTION，例如 qdrant://localhost:6333/docs 或 folder:vectors/docs。请补上集合名称。"));
        }

        return new VectorPlace(text[..slash], Uri.UnescapeDataString(text[(slash + 1)..]));
    }
}
