namespace Hone.Data.Prepare;

/// <summary>
/// The numbers from 0 to n - 1 in the order of NumPy's <c>RandomState(seed).permutation(n)</c>, whose first k pandas' <c>DataFrame.sample(k, random_state=seed)</c>
/// draws: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998) and Fisher and Yates' shuffle from the end, with indices drawn by masking and rejecting.
/// </summary>
static class NumpyPermutation
{
    public static int[] Of(uint seed, int count)
    {
        MersenneTwister random = new(seed);
        int[] order = [.. Enumerable.Range(0, count)];
        for (int last = count - 1; last > 0; last--)
        {
            int other = (int)random.UpTo((uint)last);
            (order[last], order[other]) = (order[other], order[last]);
        }
        return order;
    }

    sealed class MersenneTwister
    {
        const int Size = 624;
        const int Shift = 397;

        readonly uint[] _state = new uint[Size];
        int _used = Size;

        public MersenneTwister(uint seed)
        {
            for (uint i = 0; i < Size; i++)
            {
                _state[i] = seed;
                seed = 1812433253u * (seed ^ (seed >> 30)) + i + 1;
            }
        }

        /// <summary>From 0 to <paramref name="most"/>: the lowest bits that it needs, drawn again while they are more.</summary>
        public uint UpTo(uint most)
        {
            uint mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(most);
            uint value;
            do
                value = Next() & mask;
            while (value > most);
            return value;
        }

        uint Next()
        {
            if (_used == Size)
                Twist();
            uint y = _state[_used++];
            y ^= y >> 11;
            y ^= (y << 7) & 0x9D2C5680;
            y ^= (y << 15) & 0xEFC60000;
            return y ^ (y >> 18);
        }

        void Twist()
        {
            for (int i = 0; i < Size; i++)
            {
                uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7FFFFFFF);
                _state[i] = _state[(i + Shift) % Size] ^ (y >> 1) ^ ((y & 1) * 0x9908B0DF);
            }
            _used = 0;
        }
    }
}
