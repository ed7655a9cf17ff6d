using System.Text;

namespace Hone.Engine.Generation.Constraints;

/// <summary>The pieces of JSON (RFC 8259) as terms. Where JSON leaves a choice that no reader needs, such as more white space, less is allowed.</summary>
static class JsonTerms
{
    /// <summary>Deeper than this, readers give up: System.Text.Json at 64.</summary>
    public const int MaxDepth = 60;

    /// <summary>Digits that every reader of JSON takes: those of a 64-bit number.</summary>
    const int MaxDigits = 18;

    const int MaxIndent = 64;

    static readonly ByteSet Digits = ByteSet.Range((byte)'0', (byte)'9');
    static readonly Term HexDigit = new ByteTerm(Digits | ByteSet.Range((byte)'a', (byte)'f') | ByteSet.Range((byte)'A', (byte)'F'));

    public static Term Digit { get; } = new ByteTerm(Digits);

    /// <summary>After a colon.</summary>
    public static Term Space { get; } = Optional(Literal(" "));

    /// <summary>Between values: nothing, a space, or a new line with its indentation.</summary>
    public static Term White { get; } =
        Choice(Term.Nothing, Literal(" "), Sequence(Literal("\n"), Repeat(new ByteTerm(ByteSet.Of(" \t"u8)), 0, MaxIndent)));

    /// <summary>A character of a string as itself: valid UTF-8, no quote, backslash or control character.</summary>
    public static Term PlainCharacter { get; } = CodePoints.ToTerm(CodePoints.Plain);

    /// <summary>A character of a string, as itself or escaped; both halves of a surrogate pair together.</summary>
    public static Term Character { get; } = Choice(PlainCharacter, Sequence(Literal("\\"), Choice(new ByteTerm(ByteSet.Of("\"\\/bfnrt"u8)), Sequence(Literal("u"), Escaped()))));

    public static Term String { get; } = StringOf(Repeat(Character, 0, int.MaxValue));

    public static Term Integer { get; } = Sequence(Optional(Literal("-")), WholePart());

    public static Term Number { get; } = Sequence(
        Integer,
        Optional(Sequence(Literal("."), Repeat(Digit, 1, MaxDigits))),
        Optional(Sequence(new ByteTerm(ByteSet.Of("eE"u8)), Optional(new ByteTerm(ByteSet.Of("+-"u8))), Repeat(Digit, 1, 2))));

    public static Term Boolean { get; } = Choice(Literal("true"), Literal("false"));

    public static Term Null { get; } = Literal("null");

    /// <summary>Any object that is at most this many levels deep.</summary>
    public static Term AnyObject(int depth) => Objects[Math.Clamp(depth, 1, MaxDepth)];

    /// <summary>Any value that is at most this many levels deep; at 0 a string, number, boolean or null.</summary>
    public static Term AnyValue(int depth) => Values[Math.Clamp(depth, 0, MaxDepth)];

    static readonly Term[] Objects = [.. Enumerable.Range(0, MaxDepth + 1).Select(depth => new DeferredTerm(() => Object(Member(String, AnyValue(depth - 1)))))];

    static readonly Term[] Arrays = [.. Enumerable.Range(0, MaxDepth + 1).Select(depth => new DeferredTerm(() => Array(AnyValue(depth - 1), 0, int.MaxValue)))];

    static readonly Term[] Values =
    [
        .. Enumerable.Range(0, MaxDepth + 1).Select(depth => new DeferredTerm(() =>
            depth == 0 ? Choice(String, Number, Boolean, Null) : Choice(Objects[depth], Arrays[depth], String, Number, Boolean, Null))),
    ];

    public static Term Literal(string text) => new LiteralTerm(Encoding.UTF8.GetBytes(text));

    public static Term Sequence(params Term[] items) => new SequenceTerm(items);

    public static Term Choice(params Term[] items) => items.Length == 1 ? items[0] : new ChoiceTerm(items);

    public static Term Optional(Term item) => Choice(Term.Nothing, item);

    public static Term Repeat(Term item, int min, int max) => max == 0 ? Term.Nothing : new RepeatTerm(item, min, max);

    public static Term StringOf(Term content) => Sequence(Literal("\""), content, Literal("\""));

    public static Term Member(Term key, Term value) => Sequence(key, Literal(":"), Space, value);

    /// <summary>Any number of members.</summary>
    public static Term Object(Term member) =>
        Sequence(Literal("{"), Optional(Sequence(White, member, Repeat(Sequence(Literal(","), White, member), 0, int.MaxValue))), White, Literal("}"));

    public static Term Array(Term item, int min, int max)
    {
        if (max == 0)
            return Sequence(Literal("["), White, Literal("]"));
        Term more = Repeat(Sequence(Literal(","), White, item), Math.Max(0, min - 1), max == int.MaxValue ? max : max - 1);
        Term items = Sequence(White, item, more);
        return Sequence(Literal("["), min == 0 ? Optional(items) : items, White, Literal("]"));
    }

    static Term WholePart() => Choice(Literal("0"), Sequence(new ByteTerm(ByteSet.Range((byte)'1', (byte)'9')), Repeat(Digit, 0, MaxDigits - 1)));

    /// <summary>Four hexadecimal digits that are no half of a pair, or a pair.</summary>
    static Term Escaped()
    {
        Term d = new ByteTerm(ByteSet.Of("dD"u8));
        Term notD = new ByteTerm(Digits | ByteSet.Of("abcefABCEF"u8));
        Term upTo7 = new ByteTerm(ByteSet.Range((byte)'0', (byte)'7'));
        Term high = new ByteTerm(ByteSet.Of("89abAB"u8));
        Term low = new ByteTerm(ByteSet.Of("cdefCDEF"u8));
        return Choice(
            Sequence(notD, HexDigit, HexDigit, HexDigit),
            Sequence(d, upTo7, HexDigit, HexDigit),
            Sequence(d, high, HexDigit, HexDigit, Literal("\\u"), d, low, HexDigit, HexDigit));
    }
}
