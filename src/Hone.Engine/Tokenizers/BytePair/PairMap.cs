using System.Numerics;

namespace Hone.Engine.Tokenizers.BytePair;

/// <summary>A hash table from two small numbers to one: one word per slot, so that a look-up that misses the cache misses it once.</summary>
sealed class PairMap
{
    /// <summary>What a pair that is not there is mapped to; greater than every value.</summary>
    public const int Missing = int.MaxValue;

    public const int KeyBits = 20;
    public const int ValueBits = 64 - (2 * KeyBits);

    const ulong Empty = ulong.MaxValue;

    ulong[] _slots;
    int _shift;
    int _count;

    public PairMap(int capacity)
    {
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, capacity * 2));
        _slots = new ulong[slots];
        _slots.AsSpan().Fill(Empty);
        _shift = 64 - BitOperations.Log2((uint)slots);
    }

    /// <summary>Whether these numbers fit.</summary>
    public static bool Fits(int first, int second, int value) => Math.Max(first, second) < 1 << KeyBits && value < (1 << ValueBits) - 1;

    /// <summary>The value of a pair, or <see cref="Missing"/>.</summary>
    public int Get(int first, int second)
    {
        ulong key = Key(first, second);
        ulong[] slots = _slots;
        int index = (int)(Hash(key) >> _shift);
        while (true)
        {
            ulong slot = slots[index & (slots.Length - 1)];
            if (slot >> ValueBits == key)
                return (int)(slot & ((1UL << ValueBits) - 1));
            if (slot == Empty)
                return Missing;
            index++;
        }
    }

    /// <summary>Sets the value of a pair.</summary>
    public void Set(int first, int second, int value)
    {
        if (2 * _count >= _slots.Length)
            Grow();
        Put((Key(first, second) << ValueBits) | (uint)value);
    }

    void Put(ulong entry)
    {
        int index = (int)(Hash(entry >> ValueBits) >> _shift);
        while (_slots[index] != Empty && _slots[index] >> ValueBits != entry >> ValueBits)
            index = (index + 1) & (_slots.Length - 1);
        if (_slots[index] == Empty)
            _count++;
        _slots[index] = entry;
    }

    void Grow()
    {
        ulong[] old = _slots;
        _slots = new ulong[2 * old.Length];
        _slots.AsSpan().Fill(Empty);
        (_shift, _count) = (_shift - 1, 0);
        foreach (ulong entry in old)
            if (entry != Empty)
                Put(entry);
    }

    static ulong Hash(ulong key) => key * 0x9E3779B97F4A7C15UL;

    static ulong Key(int first, int second) => ((ulong)(uint)first << KeyBits) | (uint)second;
}
