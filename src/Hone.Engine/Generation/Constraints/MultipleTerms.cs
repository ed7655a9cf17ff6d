using System.Numerics;

namespace Hone.Engine.Generation.Constraints;

/// <summary>Multiples of a number between bounds, digit by digit: what follows is known by the remainder of the digits so far and by how many digits are left.</summary>
/// <param name="step">Whole and positive.</param>
/// <param name="fractionDigits">How many of the last digits stand behind the point.</param>
sealed class MultipleTerms(BigInteger step, int fractionDigits)
{
    const int MostDigits = 18;

    readonly Dictionary<(int Left, BigInteger Remainder), Term> _free = [];

    /// <summary>The multiples from one whole number to another, both included, divided by 10 to the number of fraction digits; null when there are none.</summary>
    public Term? ToTerm(BigInteger low, BigInteger high)
    {
        Term? positive = high >= 0 ? Magnitudes(BigInteger.Max(low, 0), high) : null;
        Term? negative = low < 0 ? Magnitudes(BigInteger.Max(-high, 1), -low) : null;
        Term[] choices = [.. ((Term?[])[positive, negative is null ? null : JsonTerms.Sequence(JsonTerms.Literal("-"), negative)]).OfType<Term>()];
        return choices.Length > 0 ? JsonTerms.Choice(choices) : null;
    }

    Term? Magnitudes(BigInteger low, BigInteger high)
    {
        var lengths = new List<Term>();
        for (int length = 1 + fractionDigits; length <= MostDigits; length++)
        {
            // A whole part of one digit may be 0; a longer one begins with another.
            BigInteger first = length == 1 + fractionDigits ? 0 : BigInteger.Pow(10, length - 1), last = BigInteger.Pow(10, length) - 1;
            if (Digits(0, length, BigInteger.Max(low, first), BigInteger.Min(high, last)) is { } term)
                lengths.Add(term);
        }

        return lengths.Count > 0 ? JsonTerms.Choice([.. lengths]) : null;
    }

    /// <summary>The digits that may follow a prefix so that the number is a multiple between the bounds; null where none is.</summary>
    Term? Digits(BigInteger prefix, int left, BigInteger low, BigInteger high)
    {
        BigInteger first = prefix * BigInteger.Pow(10, left), last = first + BigInteger.Pow(10, left) - 1;
        BigInteger from = BigInteger.Max(first, low), to = BigInteger.Min(last, high);
        if (from > to || from + ((step - from % step) % step) > to)
            return null;
        if (left == 0)
            return Term.Nothing;
        return from == first && to == last ? Free(left, prefix % step) : Next(left, digit => Digits(prefix * 10 + digit, left - 1, low, high));
    }

    /// <summary>The same, far from the bounds.</summary>
    Term Free(int left, BigInteger remainder)
    {
        if (_free.TryGetValue((left, remainder), out Term? known))
            return known;
        return _free[(left, remainder)] = new DeferredTerm(() => Next(left, digit =>
        {
            BigInteger next = (remainder * 10 + digit) % step, rest = next * BigInteger.Pow(10, left - 1) % step;
            return (step - rest) % step >= BigInteger.Pow(10, left - 1) ? null : left == 1 ? Term.Nothing : Free(left - 1, next);
        })!);
    }

    Term? Next(int left, Func<int, Term?> rest)
    {
        Term[] point = left == fractionDigits ? [JsonTerms.Literal(".")] : [];
        var choices = new List<Term>();
        // Digits that lead to the same rest share a set.
        foreach (IGrouping<Term, int> group in Enumerable.Range(0, 10).Select(digit => (Digit: digit, Then: rest(digit))).Where(next => next.Then is not null).GroupBy(next => next.Then!, next => next.Digit))
            choices.Add(JsonTerms.Sequence([.. point, new ByteTerm(ByteSet.Of([.. group.Select(digit => (byte)('0' + digit))])), group.Key]));
        return choices.Count > 0 ? JsonTerms.Choice([.. choices]) : null;
    }
}
