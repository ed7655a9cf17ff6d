using System.Security.Cryptography;

namespace Hone.Server.Http;

/// <summary>Names of things that the server makes: a prefix that says what it is, then random characters that nobody guesses.</summary>
public static class Ids
{
    const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const int RandomLength = 24;

    /// <summary>A prefix such as <c>file-</c> and 24 letters and digits: 143 random bits.</summary>
    public static string New(string prefix) => prefix + RandomNumberGenerator.GetString(Base62, RandomLength);

    /// <summary>That many letters and digits, where a name must be short.</summary>
    public static string NewShort(int length) => RandomNumberGenerator.GetString(Base62, length);

    /// <summary>A prefix such as <c>req_</c> and 32 hexadecimal digits: 128 random bits.</summary>
    public static string NewHex(string prefix) => prefix + RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Whether a text of a request can be such a name at all: an id never leads out of a folder.</summary>
    public static bool IsPlausible(string id, string prefix) =>
        id.Length > prefix.Length && id.Length <= 100 && id.StartsWith(prefix, StringComparison.Ordinal) && id.AsSpan(prefix.Length).IndexOfAnyExcept(Allowed) < 0;

    static readonly System.Buffers.SearchValues<char> Allowed = System.Buffers.SearchValues.Create(Base62 + "_-");
}
