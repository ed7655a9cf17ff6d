using System.Text.RegularExpressions;

namespace Hone.Server.VectorStores.Indexes.Databases.Chroma;

/// <summary>Names of collections and of metadata that Chroma takes.</summary>
static partial class ChromaNames
{
    /// <summary>3 to 512 letters, digits and <c>. _ -</c>, a letter or digit first and last.</summary>
    public static readonly ForeignName Collections = new("hone_", 512, hasCapitals: true, Allowed().IsMatch);

    /// <summary>Names that begin with a sign of Chroma's own stop it, or are refused: <c>chroma:document</c> is one of them.</summary>
    public static readonly EscapedKeys Keys = new("#$:");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]+[A-Za-z0-9]\z")]
    private static partial Regex Allowed();
}
