using System.Text;
using System.Text.RegularExpressions;

namespace Hone.Server.VectorStores.Indexes.Databases.Pinecone;

/// <summary>Names of indexes, ids and metadata that Pinecone takes.</summary>
static partial class PineconeNames
{
    /// <summary>The value of the metadata that keeps an id which is not plain.</summary>
    public const string Id = "_hone_id";

    const int LongestId = 512;

    /// <summary>Up to 45 small letters, digits and hyphens.</summary>
    public static readonly ForeignName Indexes = new("hone-", 45, hasCapitals: false, AllowedIndex().IsMatch);

    /// <summary>Ids are printable ASCII; another is known by its hash.</summary>
    public static string OfId(string id) => IsPlain(id) ? id : $"hone-{PointId.Of(id)}";

    public static bool IsPlain(string id) => id.Length <= LongestId && !id.StartsWith("hone-", StringComparison.Ordinal) && Ascii.IsValid(id) && !id.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Names of metadata do not begin with a dollar sign.</summary>
    public static readonly EscapedKeys Keys = new("$");

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\z")]
    private static partial Regex AllowedIndex();
}
