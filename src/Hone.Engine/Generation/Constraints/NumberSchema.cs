using System.Numerics;

namespace Hone.Engine.Generation.Constraints;

/// <summary>What schemas say together of a number.</summary>
static class NumberSchema
{
    const int MostFractionDigits = 9;

    static readonly BigInteger Largest = BigInteger.Pow(10, 18) - 1;

    public static Term ToTerm(SchemaFields fields, bool isInteger)
    {
        (decimal Value, bool IsExcluded)[] lows = [.. fields.Numbers("minimum").Select(value => (value, false)), .. fields.Numbers("exclusiveMinimum").Select(value => (value, true))];
        (decimal Value, bool IsExcluded)[] highs = [.. fields.Numbers("maximum").Select(value => (value, false)), .. fields.Numbers("exclusiveMaximum").Select(value => (value, true))];
        (decimal Value, bool IsExcluded)? low = lows.Length == 0 ? null : lows.Max(), high = highs.Length == 0 ? null : highs.MinBy(bound => (bound.Value, !bound.IsExcluded));
        decimal[] steps = [.. fields.Numbers("multipleOf")];
        if (steps.Any(step => step <= 0))
            throw fields.Place.Error("'multipleOf' must be more than 0.");
        Term? term = steps.Length > 0 ? Multiples(steps, low, high, isInteger, fields.Place)
            : low is null && high is null ? (isInteger ? JsonTerms.Integer : JsonTerms.Number)
            : new NumberTerms(low?.Value, low?.IsExcluded ?? false, high?.Value, high?.IsExcluded ?? false, isInteger).ToTerm();
        return term ?? throw fields.Place.Error(steps.Length > 0 ? "no multiple of 'multipleOf' lies between the bounds." : "no number lies between the bounds.");
    }

    static Term? Multiples(decimal[] steps, (decimal Value, bool IsExcluded)? low, (decimal Value, bool IsExcluded)? high, bool isInteger, SchemaPlace place)
    {
        // Division by one with zeros takes away those behind the last digit.
        int digits = steps.Max(step => (int)(step / 1.0000000000000000000000000000m).Scale);
        if (digits > MostFractionDigits)
            throw place.Error(FormattableString.Invariant($"'multipleOf' must have at most {MostFractionDigits} digits behind the point."));
        BigInteger unit = BigInteger.Pow(10, digits);
        BigInteger step = steps.Select(value => new BigInteger(value * (decimal)unit)).Aggregate((a, b) => a / BigInteger.GreatestCommonDivisor(a, b) * b);
        // In whole numbers a number is a multiple where its scaled value is one.
        Term? whole = Terms(step / BigInteger.GreatestCommonDivisor(step, unit), 0, low, high);
        Term? fraction = isInteger || digits == 0 ? null : Terms(step, digits, low, high);
        Term[] choices = [.. ((Term?[])[whole, fraction]).OfType<Term>()];
        return choices.Length > 0 ? JsonTerms.Choice(choices) : null;
    }

    static Term? Terms(BigInteger step, int digits, (decimal Value, bool IsExcluded)? low, (decimal Value, bool IsExcluded)? high)
    {
        BigInteger from = low is { } least ? Scaled(least.Value, digits, least.IsExcluded, up: true) : -Largest, to = high is { } most ? Scaled(most.Value, digits, most.IsExcluded, up: false) : Largest;
        return new MultipleTerms(step, digits).ToTerm(from, to);
    }

    /// <summary>The first whole number at or beyond a bound.</summary>
    static BigInteger Scaled(decimal bound, int digits, bool isExcluded, bool up)
    {
        BigInteger unit = BigInteger.Pow(10, digits), whole = new(decimal.Truncate(bound));
        decimal rest = (bound - decimal.Truncate(bound)) * (decimal)unit;
        decimal edge = up ? decimal.Ceiling(rest) : decimal.Floor(rest);
        BigInteger value = whole * unit + new BigInteger(edge);
        return isExcluded && edge == rest ? value + (up ? 1 : -1) : value;
    }
}
