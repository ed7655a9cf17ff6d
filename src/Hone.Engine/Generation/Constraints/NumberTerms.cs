using System.Globalization;

namespace Hone.Engine.Generation.Constraints;

/// <summary>Numbers between bounds, digit by digit, without exponents: as long as the digits so far equal a bound's, that bound limits the next one.</summary>
/// <param name="low">Null for none.</param>
/// <param name="high">Null for none.</param>
sealed class NumberTerms(decimal? low, bool lowIsExcluded, decimal? high, bool highIsExcluded, bool isInteger)
{
    const int MostWholeDigits = 18;
    const int MostFractionDigits = 18;

    readonly Dictionary<(int, bool, bool), Term?> _made = [];
    readonly Dictionary<int, Term> _free = [];
    string _low = "", _high = "";
    bool _lowExcluded, _highExcluded, _hasHigh;
    int _wholeDigits;

    /// <summary>The numbers of the range; null when there are none.</summary>
    public Term? ToTerm()
    {
        // The magnitudes of negative numbers lie between those of the bounds, the other way round.
        Term? positive = high < 0 || high == 0 && highIsExcluded ? null
            : Magnitudes(Math.Max(low ?? 0, 0), low >= 0 && lowIsExcluded, high, highIsExcluded);
        Term? negative = low is null or < 0
            ? Magnitudes(high < 0 ? -high.Value : 0, high is null or >= 0 || highIsExcluded, -low, lowIsExcluded)
            : null;
        return Choice([.. ((Term?[])[positive, negative is null ? null : JsonTerms.Sequence(JsonTerms.Literal("-"), negative)]).OfType<Term>()]);
    }

    /// <summary>Numbers from 0 on between two bounds.</summary>
    Term? Magnitudes(decimal from, bool fromIsExcluded, decimal? to, bool toIsExcluded)
    {
        if (to < from)
            return null;
        string lowText = Format(from), highText = Format(to ?? 0);
        (_lowExcluded, _highExcluded, _hasHigh) = (fromIsExcluded, toIsExcluded, to is not null);
        var lengths = new List<Term?>();
        int most = _hasHigh ? Whole(highText).Length : Math.Max(MostWholeDigits, Whole(lowText).Length);
        for (int length = Whole(lowText).Length; length <= most; length++)
        {
            _made.Clear();
            _free.Clear();
            bool tightLow = length == Whole(lowText).Length, tightHigh = _hasHigh && length == Whole(highText).Length;
            // Both bounds with as many digits as a number can have.
            (_low, _high, _wholeDigits) = (Padded(lowText, length), Padded(highText, length), length);
            lengths.Add(At(0, tightLow, tightHigh));
        }

        return Choice([.. lengths.OfType<Term>()]);
    }

    /// <summary>What may follow the first digits of a number; null for nothing, not even its end.</summary>
    Term? At(int digit, bool tightLow, bool tightHigh)
    {
        if (!tightLow && !tightHigh && digit > 0)
            return Free(digit);
        var key = (digit, tightLow, tightHigh);
        if (_made.TryGetValue(key, out Term? known))
            return known;

        // Digits that lead to the same rest share a set.
        var nexts = new List<(Term Then, ByteSet Digits)>();
        if (digit < _wholeDigits + (isInteger ? 0 : MostFractionDigits))
        {
            for (int value = digit == 0 && _wholeDigits > 1 ? 1 : 0; value <= 9; value++)
            {
                if ((tightLow && value < _low[digit] - '0') || (tightHigh && value > _high[digit] - '0')
                    || At(digit + 1, tightLow && value == _low[digit] - '0', tightHigh && value == _high[digit] - '0') is not { } rest)
                    continue;
                int at = nexts.FindIndex(next => ReferenceEquals(next.Then, rest));
                ByteSet one = ByteSet.Range((byte)('0' + value), (byte)('0' + value));
                if (at < 0)
                    nexts.Add((rest, one));
                else
                    nexts[at] = (rest, nexts[at].Digits | one);
            }
        }

        List<Term> choices = digit >= _wholeDigits && MayEnd(digit, tightLow, tightHigh) ? [Term.Nothing] : [];
        Term[] point = digit == _wholeDigits ? [JsonTerms.Literal(".")] : [];
        choices.AddRange(nexts.Select(next => JsonTerms.Sequence([.. point, new ByteTerm(next.Digits), next.Then])));
        return _made[key] = Choice([.. choices]);
    }

    /// <summary>Any further digits.</summary>
    Term Free(int digit)
    {
        if (_free.TryGetValue(digit, out Term? known))
            return known;
        Term fraction = isInteger ? Term.Nothing : JsonTerms.Optional(JsonTerms.Sequence(JsonTerms.Literal("."), JsonTerms.Repeat(JsonTerms.Digit, 1, MostFractionDigits)));
        return _free[digit] = digit <= _wholeDigits
            ? JsonTerms.Sequence(JsonTerms.Repeat(JsonTerms.Digit, _wholeDigits - digit, _wholeDigits - digit), fraction)
            : JsonTerms.Repeat(JsonTerms.Digit, 0, _wholeDigits + MostFractionDigits - digit);
    }

    bool MayEnd(int digit, bool tightLow, bool tightHigh)
    {
        bool lowIsReached = !tightLow || (IsZero(_low, digit) && !_lowExcluded);
        bool highIsKept = !tightHigh || !_highExcluded || !IsZero(_high, digit);
        return lowIsReached && highIsKept;
    }

    static bool IsZero(string digits, int from) => !digits.AsSpan(from).ContainsAnyExcept('0');

    static Term? Choice(Term[] items) => items.Length == 0 ? null : JsonTerms.Choice(items);

    static string Format(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    static string Whole(string number) => number.Split('.')[0];

    /// <summary>The digits without the point: a whole part of some length, then the fraction. A bound that is shorter or longer than the number is never tight.</summary>
    static string Padded(string number, int wholeLength)
    {
        string[] parts = number.Split('.');
        string whole = parts[0].Length == wholeLength ? parts[0] : new string('0', wholeLength);
        return (whole + (parts.Length > 1 ? parts[1] : "")).PadRight(wholeLength + 29, '0');
    }
}
