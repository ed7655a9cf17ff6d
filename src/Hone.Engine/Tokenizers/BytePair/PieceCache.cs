using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hone.Engine.Tokenizers.BytePair;

/// <summary>Remembers the tokens of recent short pieces, one cache line each. Its memory is fixed: a new piece takes the place of an older one.</summary>
sealed class PieceCache
{
    /// <summary>Longer pieces are not remembered.</summary>
    public const int LongestPiece = 16;

    const int SlotBits = 14;
    const int MostTokens = 7;

    readonly Slot[] _slots = new Slot[1 << SlotBits];

    /// <summary>Appends the tokens of a piece, if they are known.</summary>
    public bool TryAppend(ReadOnlySpan<char> piece, EncodingRun run)
    {
        Key key = Key.Of(piece);
        ref Slot slot = ref _slots[key.Hash >> (64 - SlotBits)];
        if (slot.Length != piece.Length || slot.Key != key)
            return false;
        if (slot.Count == 1)
            run.Add(slot.Tokens[0]);
        else
            run.Add(((ReadOnlySpan<int>)slot.Tokens)[..slot.Count]);
        return true;
    }

    /// <summary>Remembers the tokens of a piece, unless they are too many.</summary>
    public void Set(ReadOnlySpan<char> piece, ReadOnlySpan<int> tokens)
    {
        if (tokens.Length > MostTokens)
            return;
        Key key = Key.Of(piece);
        ref Slot slot = ref _slots[key.Hash >> (64 - SlotBits)];
        (slot.Key, slot.Length, slot.Count) = (key, (short)piece.Length, (short)tokens.Length);
        tokens.CopyTo(slot.Tokens);
    }

    struct Slot
    {
        public Key Key;
        public short Length;
        public short Count;
        public TokenList Tokens;
    }

    [InlineArray(MostTokens)]
    struct TokenList
    {
        int _first;
    }

    /// <summary>Up to 16 characters as four words that overlap in the middle; with the length they say what the characters are.</summary>
    readonly record struct Key(ulong A, ulong B, ulong C, ulong D)
    {
        public ulong Hash
        {
            get
            {
                ulong mixed = (A * 0x9E3779B97F4A7C15UL) ^ ((B ^ (C * 0xC2B2AE3D27D4EB4FUL) ^ (D << 7)) * 0x165667B19E3779F9UL);
                return (mixed ^ (mixed >> 32)) * 0x9E3779B97F4A7C15UL;
            }
        }

        public static Key Of(ReadOnlySpan<char> piece)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(piece);
            return piece.Length switch
            {
                >= 8 => new Key(Word(bytes), Word(bytes[8..]), Word(bytes[^16..]), Word(bytes[^8..])),
                >= 4 => new Key(Word(bytes), Word(bytes[^8..]), 0, 0),
                >= 2 => new Key(MemoryMarshal.Read<uint>(bytes), MemoryMarshal.Read<uint>(bytes[^4..]), 0, 0),
                1 => new Key(piece[0], 0, 0, 0),
                _ => default,
            };
        }

        static ulong Word(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<ulong>(bytes);
    }
}
