using System.Globalization;
using System.Text;

namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>Names of metadata where a database has no way to name some signs in a filter: these are a percent sign and two hexadecimal digits.</summary>
/// <param name="signs">The signs, below U+0080.</param>
sealed class EscapedKeys(string signs)
{
    public string Of(string key)
    {
        if (!key.AsSpan().ContainsAny(signs) && !key.Contains('%', StringComparison.Ordinal))
            return key;
        StringBuilder name = new();
        foreach (char letter in key)
            _ = IsEscaped(letter) ? name.Append(CultureInfo.InvariantCulture, $"%{(int)letter:x2}") : name.Append(letter);
        return name.ToString();
    }

    /// <summary>What <see cref="Of"/> made a name of; names of others may have percent signs that stand for themselves.</summary>
    public string Back(string name)
    {
        StringBuilder key = new();
        for (int i = 0; i < name.Length; i++)
        {
            bool isEscape = name[i] == '%' && i + 2 < name.Length && byte.TryParse(name.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte letter) && IsEscaped((char)letter);
            key.Append(isEscape ? (char)byte.Parse(name.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : name[i]);
            i += isEscape ? 2 : 0;
        }

        return key.ToString();
    }

    bool IsEscaped(char letter) => letter == '%' || signs.Contains(letter, StringComparison.Ordinal);
}
