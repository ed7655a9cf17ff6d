using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>
/// Names in a database that allows fewer characters. A name that it allows stays as it is. Of another, letters and digits stay, and every other byte of its UTF-8 becomes a
/// mark with two hexadecimal digits, after a prefix that says so: <c>产品</c> is <c>hone__e4_ba_a7_e5_93_81</c>. What would be too long ends with a hash, and is
/// known by the original that is kept beside it.
/// </summary>
/// <param name="prefix">What names begin with that stand for others; it ends with the mark.</param>
/// <param name="mostCharacters">The longest name.</param>
/// <param name="hasCapitals">Whether capital letters may stay.</param>
/// <param name="isAllowed">Whether the database allows a name, leaving its length aside.</param>
sealed class ForeignName(string prefix, int mostCharacters, bool hasCapitals, Func<string, bool> isAllowed)
{
    const int HashDigits = 32;

    char Mark => prefix[^1];

    /// <summary>Whether a name is used as it is, so that no original need be kept.</summary>
    public bool IsSame(string name) => name.Length <= mostCharacters && !name.StartsWith(prefix, StringComparison.Ordinal) && isAllowed(name);

    /// <summary>The name in the database.</summary>
    public string Of(string name)
    {
        if (IsSame(name))
            return name;
        StringBuilder text = new(prefix);
        foreach (byte letter in Encoding.UTF8.GetBytes(name))
        {
            if (IsPlain((char)letter))
                text.Append((char)letter);
            else
                text.Append(Mark).Append(Convert.ToHexStringLower([letter]));
        }

        // A hash is told from escapes by its "z", which is no digit.
        return text.Length <= mostCharacters ? text.ToString() : $"{prefix}{Mark}z{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits]}";
    }

    /// <summary>The name that stands for another in the database, where no original was kept.</summary>
    public string Back(string foreign)
    {
        if (!foreign.StartsWith(prefix, StringComparison.Ordinal))
            return foreign;
        List<byte> bytes = [];
        for (int i = prefix.Length; i < foreign.Length; i++)
        {
            if (foreign[i] != Mark)
            {
                bytes.Add((byte)foreign[i]);
                continue;
            }

            if (i + 2 >= foreign.Length || !byte.TryParse(foreign.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte letter))
                return foreign;
            bytes.Add(letter);
            i += 2;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    bool IsPlain(char letter) => char.IsAsciiDigit(letter) || char.IsAsciiLetterLower(letter) || (hasCapitals && char.IsAsciiLetterUpper(letter));
}
