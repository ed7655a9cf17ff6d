using System.Text;
using System.Text.RegularExpressions;

namespace Hone.Server.VectorStores.Indexes.Databases.Weaviate;

/// <summary>Names of classes and properties that Weaviate takes, and the properties of our records.</summary>
static partial class WeaviateNames
{
    public const string Id = "hone_id";
    public const string Metadata = "hone_metadata";

    const int LongestKey = 100;

    /// <summary>Up to 255 letters, digits and underscores, a capital first.</summary>
    public static readonly ForeignName Classes = new("Hone_", 255, hasCapitals: true, Allowed().IsMatch);

    /// <summary>The property that is equal for equal values of that name.</summary>
    public static string ValueProperty(string key) => $"hone_v_{Plain(key)}";

    /// <summary>The property of the numbers of that name.</summary>
    public static string NumberProperty(string key) => $"hone_n_{Plain(key)}";

    /// <summary>Kind and text of a value as digits, which no way of taking texts apart changes.</summary>
    public static string ValueOf(string key, MetadataValue value) => WordsOfMetadata.Hash(WordsOfMetadata.Of(key, value));

    static string Plain(string key) => Encoding.UTF8.GetByteCount(key) <= LongestKey ? Convert.ToHexStringLower(Encoding.UTF8.GetBytes(key)) : WordsOfMetadata.Hash(key);

    [GeneratedRegex(@"^[A-Z][A-Za-z0-9_]*\z")]
    private static partial Regex Allowed();
}
