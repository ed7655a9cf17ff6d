namespace Hone.Engine.Tokenizers;

/// <summary>GPT-2's printable stand-ins for bytes: vocabularies in tokenizer.json write each byte of a token as one visible character.</summary>
static class ByteAlphabet
{
    static readonly char[] CharacterOfByte = BuildAlphabet();
    static readonly Dictionary<char, byte> ByteOfCharacter = CharacterOfByte.Index().ToDictionary(pair => pair.Item, pair => (byte)pair.Index);

    /// <summary>The stand-in of a byte.</summary>
    public static char Character(byte value) => CharacterOfByte[value];

    /// <summary>The bytes that the stand-ins mean, or null where a character is no stand-in.</summary>
    public static byte[]? ToBytes(string token)
    {
        var bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
            if (!ByteOfCharacter.TryGetValue(token[i], out bytes[i]))
                return null;
        return bytes;
    }

    /// <summary>The bytes written with their stand-ins.</summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        var token = new char[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
            token[i] = CharacterOfByte[bytes[i]];
        return new string(token);
    }

    static char[] BuildAlphabet()
    {
        // Printable Latin-1 characters stand for themselves; the others follow, in order, from U+0100.
        var alphabet = new char[256];
        int next = 256;
        for (int value = 0; value < 256; value++)
            alphabet[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : (char)next++;
        return alphabet;
    }
}
