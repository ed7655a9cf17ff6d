using System.Text.RegularExpressions;

namespace Hone.Server.VectorStores.Indexes.Databases.Milvus;

/// <summary>Names of collections, fields and metadata that Milvus takes.</summary>
static partial class MilvusNames
{
    public const string Id = "id";
    public const string Vector = "vector";
    public const string Metadata = "metadata";

    /// <summary>What a search gives beside the fields.</summary>
    public const string Distance = "distance";

    /// <summary>Up to 255 letters, digits and underscores, no digit first.</summary>
    public static readonly ForeignName Collections = new("hone_", 255, hasCapitals: true, Allowed().IsMatch);

    /// <summary>Names stand in quotes in an expression, and are parts of a path inside Milvus.</summary>
    public static readonly EscapedKeys Keys = new("\"\\'/~[]{}");

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Allowed();
}
