using System.Security.Cryptography;
using System.Text;

namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>
/// What a record's metadata is, in words of plain letters that can be compared with one another, for databases whose own filters compare otherwise than ours: that take a
/// text for a number, know no true and false, leave signs and capitals out, or have no answer about a value that is missing. Each record has these words, and so every
/// comparison can be asked as "has this word".
/// </summary>
static class WordsOfMetadata
{
    /// <summary>Longer words are cut to a hash.</summary>
    const int LongestToken = 80;

    /// <summary>The word of a value: its name, kind and text.</summary>
    public static string Of(string key, MetadataValue value) => Short($"{Escape(key)}.{KindOf(value)}.{Escape(value.ToString())}");

    /// <summary>The word of every record that has a number of that name.</summary>
    public static string OfNumber(string key) => Short($"{Escape(key)}.n");

    /// <summary>The words of a record.</summary>
    public static IEnumerable<string> Of(IReadOnlyDictionary<string, MetadataValue> metadata) =>
        metadata.Select(pair => Of(pair.Key, pair.Value)).Concat(metadata.Where(pair => pair.Value.Number is not null).Select(pair => OfNumber(pair.Key)));

    /// <summary>The field that holds the number of that name, where fields have plain names.</summary>
    public static string NumberField(string key) => $"_hone_n_{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(key))}";

    /// <summary>A word as digits and small letters alone.</summary>
    public static string Hash(string word) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(word)));

    static char KindOf(MetadataValue value) => value.Text is not null ? 't' : value.Number is not null ? 'n' : 'b';

    // Letters and digits stay; every other byte is an underscore and two digits.
    static string Escape(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(letter => char.IsAsciiLetterOrDigit((char)letter) ? ((char)letter).ToString() : $"_{letter:x2}"));

    static string Short(string token) => token.Length <= LongestToken ? token : $"{token[..8]}.h.{Hash(token)}";
}
