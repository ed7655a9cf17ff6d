using System.Globalization;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Filters of numbers.</summary>
static class NumberFilters
{
    public static IEnumerable<KeyValuePair<string, Filters.Filter>> All =>
        [
            new("abs", (_, value, _) => Abs(value)),
            new("int", (_, value, arguments) => ToInteger(value, arguments.Get(0, "default", 0L))),
            new("float", (_, value, arguments) => ToFloat(value, arguments.Get(0, "default", 0.0))),
            new("round", (_, value, arguments) => Round(value, arguments)),
        ];

    static object Abs(object? value)
    {
        if (value is double number)
            return Math.Abs(number);
        long whole = Python.ExpectInteger(value, "value");
        return whole < 0 ? Arithmetic.Apply("-", 0L, whole) : whole;
    }

    static object? ToInteger(object? value, object? fallback) =>
        value switch
        {
            long => value,
            bool truth => truth ? 1L : 0L,
            double number when Math.Abs(number) < 9e18 => (long)number,
            TracedText text when long.TryParse(text.Value.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) => whole,
            TracedText text when TryFloat(text, out double number) && Math.Abs(number) < 9e18 => (long)number,
            _ => fallback,
        };

    static object? ToFloat(object? value, object? fallback) =>
        value switch
        {
            long or bool or double => Python.ToDouble(value),
            TracedText text when TryFloat(text, out double number) => number,
            _ => fallback,
        };

    static bool TryFloat(TracedText text, out double number) =>
        double.TryParse(text.Value.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    static double Round(object? value, Arguments arguments)
    {
        int digits = (int)Math.Clamp(arguments.Integer(0, "precision", 0), -15, 15);
        double number = Python.ToDouble(value);
        double scale = Math.Pow(10, digits);
        return arguments.Get(1, "method", null) is TracedText method
            ? method.Value switch
            {
                "common" => RoundToEven(number, digits),
                "ceil" => Math.Ceiling(number * scale) / scale,
                "floor" => Math.Floor(number * scale) / scale,
                _ => throw new HoneException("method must be common, ceil or floor"),
            }
            : RoundToEven(number, digits);
    }

    static double RoundToEven(double number, int digits) =>
        digits >= 0
            ? Math.Round(number, digits, MidpointRounding.ToEven)
            : Math.Round(number * Math.Pow(10, digits), MidpointRounding.ToEven) / Math.Pow(10, digits);
}
