using System.Buffers;
using System.Text;

namespace Hone.Server.VectorStores.Indexes.Databases.Qdrant;

/// <summary>Names of collections and of metadata that Qdrant takes.</summary>
static class QdrantNames
{
    /// <summary>The member of a payload that keeps an id which is no UUID.</summary>
    public const string Id = "_hone_id";

    static readonly SearchValues<char> Refused = SearchValues.Create("<>:\"/\\|?*");

    const int MostBytes = 255;

    /// <summary>Any letters, without the signs that folders cannot have.</summary>
    public static readonly ForeignName Collections = new("hone_", MostBytes, hasCapitals: true, IsAllowed);

    /// <summary>A name in quotes has no way to hold a quote.</summary>
    public static readonly EscapedKeys Keys = new("\"\\");

    static bool IsAllowed(string name) =>
        Encoding.UTF8.GetByteCount(name) <= MostBytes && name is not ("." or "..") && name.AsSpan().IndexOfAny(Refused) < 0 && !name.AsSpan().ContainsAnyInRange('\0', '\u001F');
}
