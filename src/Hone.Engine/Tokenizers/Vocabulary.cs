using System.Numerics;

namespace Hone.Engine.Tokenizers;

/// <summary>Tokens as byte strings: id → bytes and bytes → id.</summary>
sealed class Vocabulary
{
    readonly byte[] _bytes;
    readonly int[] _starts;
    readonly int[] _slots;
    readonly int _shift;

    /// <param name="tokens">The bytes of each id; null where an id has no token.</param>
    public Vocabulary(IReadOnlyList<byte[]?> tokens)
    {
        _starts = new int[tokens.Count + 1];
        for (int id = 0; id < tokens.Count; id++)
        {
            int length = tokens[id]?.Length ?? 0;
            _starts[id + 1] = checked(_starts[id] + length);
            LongestToken = Math.Max(LongestToken, length);
        }

        _bytes = new byte[_starts[^1]];
        int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * tokens.Count));
        _shift = 64 - BitOperations.Log2((uint)capacity);
        _slots = new int[capacity]; // id + 1, or 0
        for (int id = 0; id < tokens.Count; id++)
        {
            if (tokens[id] is not { } token)
                continue;
            token.CopyTo(_bytes, _starts[id]);
            ref int slot = ref _slots[SlotOf(token)];
            if (slot == 0)
                slot = id + 1;
        }
    }

    /// <summary>One more than the highest id.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>The length in bytes of the longest token.</summary>
    public int LongestToken { get; }

    /// <summary>The bytes of a token; empty for an id without one.</summary>
    public ReadOnlySpan<byte> Bytes(int id) => _bytes.AsSpan(_starts[id], _starts[id + 1] - _starts[id]);

    /// <summary>How many bytes a token has.</summary>
    public int Length(int id) => _starts[id + 1] - _starts[id];

    /// <summary>The token with exactly these bytes, or -1.</summary>
    public int Find(ReadOnlySpan<byte> token) => token.Length > LongestToken ? -1 : _slots[SlotOf(token)] - 1;

    int SlotOf(ReadOnlySpan<byte> token)
    {
        int index = (int)(SpanHash.Of(token) >> _shift);
        while (_slots[index] != 0 && !Bytes(_slots[index] - 1).SequenceEqual(token))
            index = (index + 1) & (_slots.Length - 1);
        return index;
    }
}
