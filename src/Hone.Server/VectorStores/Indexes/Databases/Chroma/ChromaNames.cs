using System.Text.RegularExpressions;

namespace Hone.Server.VectorStores.Indexes.Databases.Chroma;

/// <summary>Names of collections and of metadata that Chroma takes.</summary>
static partial class ChromaNames
{
    const string Reserved = "chroma:";

    /// <summary>3 to 512 letters, digits and <c>. _ -</c>, a letter or digit first and last.</summary>
    public static readonly ForeignName Collections = new("hone_", 512, hasCapitals: true, Allowed().IsMatch);

    /// <summary>Names that begin with a sign of Chroma's own, or with the escape itself, begin with a percent sign and two digits.</summary>
    public static string OfKey(string key) => key[0] is '#' or '$' or '%' || key.StartsWith(Reserved, StringComparison.Ordinal) ? $"%{(int)key[0]:x2}{key[1..]}" : key;

    /// <summary>What <see cref="OfKey"/> made a name of.</summary>
    public static string KeyOf(string name) => name.Length > 2 && (name[..3] is "%23" or "%24" or "%25" or "%63") ? (char)Convert.ToInt32(name[1..3], 16) + name[3..] : name;

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]+[A-Za-z0-9]\z")]
    private static partial Regex Allowed();
}
