using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Hone.Engine.Tokenizers.Components;

/// <summary>
/// SentencePiece's normalization by a compiled table: a double-array trie (Aoe 1989) over the bytes of what is replaced, whose leaves say where in a list of
/// texts, each ended by a zero byte, the replacement begins.
/// </summary>
sealed class PrecompiledNormalizer : Normalizer
{
    /// <summary>Longer clusters of characters are replaced character by character only.</summary>
    const int LongestCluster = 5;

    readonly uint[] _units;
    readonly byte[] _replacements;

    PrecompiledNormalizer(uint[] units, byte[] replacements) => (_units, _replacements) = (units, replacements);

    /// <param name="path">Of the file, for messages.</param>
    /// <param name="table">In base64: the length of the trie in bytes, the trie, the replacements.</param>
    public static PrecompiledNormalizer Read(string path, string table)
    {
        byte[] bytes = Convert.FromBase64String(table);
        long trieLength = bytes.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
        if (trieLength == 0 || trieLength % sizeof(uint) != 0 || trieLength > bytes.Length - sizeof(uint))
            throw new HoneException($"{path} has a precompiled_charsmap whose trie of {trieLength} bytes does not fit into its {bytes.Length} bytes. Download the model again.");

        var units = new uint[trieLength / sizeof(uint)];
        for (int i = 0; i < units.Length; i++)
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(sizeof(uint) * (i + 1)));
        return new PrecompiledNormalizer(units, bytes[(sizeof(uint) + (int)trieLength)..]);
    }

    public override AlignedText Apply(AlignedText input, bool tracksOrigins)
    {
        var output = new StringBuilder(input.Text.Length);
        List<int>? origins = tracksOrigins ? new List<int>(input.Text.Length + 1) : null;
        for (int start = 0; start < input.Text.Length; )
        {
            int end = start + StringInfo.GetNextTextElementLength(input.Text, start);
            if (!Replace(input, start, end, output, origins))
                ReplaceCharacters(input, start, end, output, origins);
            start = end;
        }
        origins?.Add(input.Origin(input.Text.Length));
        return new AlignedText(output.ToString(), origins?.ToArray());
    }

    void ReplaceCharacters(AlignedText input, int start, int end, StringBuilder output, List<int>? origins)
    {
        while (start < end)
        {
            Rune.DecodeFromUtf16(input.Text.AsSpan(start), out Rune rune, out int length);
            if (!Replace(input, start, start + length, output, origins))
            {
                output.Append(rune);
                Align(input, start, output, origins);
            }
            start += length;
        }
    }

    /// <summary>Appends the replacement of a part of the text; false where the table has none.</summary>
    bool Replace(AlignedText input, int start, int end, StringBuilder output, List<int>? origins)
    {
        Span<byte> bytes = stackalloc byte[LongestCluster];
        if (!Encoding.UTF8.TryGetBytes(input.Text.AsSpan(start, end - start), bytes, out int count) || Find(bytes[..count]) is not int place)
            return false;

        int length = _replacements.AsSpan(place).IndexOf((byte)0);
        output.Append(Encoding.UTF8.GetString(_replacements.AsSpan(place, length < 0 ? _replacements.Length - place : length)));
        Align(input, start, output, origins);
        return true;
    }

    /// <summary>Where the replacement of the shortest entry that the bytes begin with stands.</summary>
    int? Find(ReadOnlySpan<byte> bytes)
    {
        uint node = Offset(_units[0]);
        foreach (byte label in bytes)
        {
            node ^= label;
            if (label == 0 || node >= _units.Length || Label(_units[node]) != label)
                return null;
            uint unit = _units[node];
            node ^= Offset(unit);
            if (HasLeaf(unit) && node < _units.Length && (_units[node] & int.MaxValue) is var place && place < _replacements.Length)
                return (int)place;
        }
        return null;
    }

    static bool HasLeaf(uint unit) => (unit >> 8 & 1) == 1;

    static uint Label(uint unit) => unit & (1u << 31 | 0xFF);

    static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);

    /// <summary>What was appended last came from one place.</summary>
    static void Align(AlignedText input, int start, StringBuilder output, List<int>? origins) =>
        origins?.AddRange(Enumerable.Repeat(input.Origin(start), output.Length - origins.Count));
}
