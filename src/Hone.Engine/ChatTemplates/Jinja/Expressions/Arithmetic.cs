namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Python's arithmetic on int and float: division gives a float, <c>//</c> and <c>%</c> round towards minus infinity.</summary>
static class Arithmetic
{
    public static object Apply(string sign, object? left, object? right)
    {
        try
        {
            return Python.TryWhole(left, out long a) && Python.TryWhole(right, out long b)
                ? OfWhole(sign, a, b)
                : OfDouble(sign, Python.ToDouble(left), Python.ToDouble(right));
        }
        catch (OverflowException overflow)
        {
            throw new HoneException("a whole number grows beyond 64 bits", overflow);
        }
    }

    static object OfWhole(string sign, long a, long b) =>
        sign switch
        {
            // Without the cast all results would become double.
            "+" => (object)checked(a + b),
            "-" => checked(a - b),
            "*" => checked(a * b),
            "/" => a / (double)NotZero(b),
            "//" => FloorDivide(a, NotZero(b)),
            "%" => checked(a - (FloorDivide(a, NotZero(b)) * b)),
            _ when b < 0 => Math.Pow(a, b),
            _ => Power(a, b),
        };

    static double OfDouble(string sign, double a, double b) =>
        sign switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / NotZero(b),
            "//" => Math.Floor(a / NotZero(b)),
            "%" => a - (Math.Floor(a / NotZero(b)) * b),
            _ => Math.Pow(a, b),
        };

    static long FloorDivide(long a, long b)
    {
        long quotient = checked(a / b);
        return a % b != 0 && a < 0 != b < 0 ? quotient - 1 : quotient;
    }

    static long Power(long a, long exponent)
    {
        long result = 1;
        for (long square = a; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1)
                result = checked(result * square);
            if (exponent > 1)
                square = checked(square * square);
        }
        return result;
    }

    static long NotZero(long divisor) => divisor != 0 ? divisor : throw new HoneException("division by zero");

    static double NotZero(double divisor) => divisor != 0 ? divisor : throw new HoneException("division by zero");
}
