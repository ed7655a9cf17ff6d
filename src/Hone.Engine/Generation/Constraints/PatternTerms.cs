using System.Globalization;
using System.Text;

namespace Hone.Engine.Generation.Constraints;

/// <summary>Regular expressions of ECMA-262 as the content of a JSON string: what a <c>pattern</c> of a schema matches anywhere in it.</summary>
/// <remarks>Look-around, back references, word boundaries and properties are refused by name; whether a repetition is lazy makes no difference to what it matches.</remarks>
sealed class PatternTerms
{
    const int MostRepetitions = 1000;
    const int MostGroups = 50;

    static readonly IReadOnlyList<(int First, int Last)> Digits = [('0', '9')];
    static readonly IReadOnlyList<(int First, int Last)> Word = CodePoints.Union([('0', '9'), ('A', 'Z'), ('a', 'z'), ('_', '_')]);
    static readonly IReadOnlyList<(int First, int Last)> White =
        CodePoints.Union([(9, 13), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)]);
    static readonly IReadOnlyList<(int First, int Last)> LineEnds = [(10, 10), (13, 13), (0x2028, 0x2029)];

    readonly int[] _pattern;
    int _at;
    int _depth;

    PatternTerms(string pattern) => _pattern = [.. pattern.EnumerateRunes().Select(rune => rune.Value)];

    /// <summary>The strings in which the pattern matches, without their quotes.</summary>
    /// <exception cref="FormatException">It is no pattern, or uses what is not supported; the message says what.</exception>
    public static Term ToTerm(string pattern)
    {
        var parser = new PatternTerms(pattern);
        var branches = new List<Term>();
        do
        {
            bool isAnchored = parser.Take('^');
            Term branch = parser.Branch();
            bool endsAnchored = parser.Take('$');
            if (parser._at < parser._pattern.Length && parser.Peek != '|')
                throw parser.Unsupported(parser.Peek == ')' ? "a ')' without a '('" : "a '$' or '^' inside");
            Term anything = JsonTerms.Repeat(JsonTerms.Character, 0, int.MaxValue);
            branches.Add(JsonTerms.Sequence(isAnchored ? Term.Nothing : anything, branch, endsAnchored ? Term.Nothing : anything));
        }
        while (parser.Take('|'));
        return JsonTerms.Choice([.. branches]);
    }

    int Peek => _at < _pattern.Length ? _pattern[_at] : -1;

    bool Take(char expected)
    {
        if (Peek != expected)
            return false;
        _at++;
        return true;
    }

    Term Branch()
    {
        var items = new List<Term>();
        while (Peek is not (-1 or '|' or ')' or '$' or '^'))
            items.Add(Quantified(Atom()));
        return JsonTerms.Sequence([.. items]);
    }

    Term Atom()
    {
        int c = _pattern[_at++];
        switch (c)
        {
            case '(':
                return Group();
            case '[':
                return Characters(Class());
            case '.':
                return Characters(CodePoints.Without(CodePoints.All, LineEnds));
            case '\\':
                return Characters(Escape(inClass: false));
            case '*' or '+' or '?':
                throw Unsupported($"a '{(char)c}' after nothing");
            default:
                return Characters([(c, c)]);
        }
    }

    Term Group()
    {
        if (++_depth > MostGroups)
            throw Unsupported(FormattableString.Invariant($"more than {MostGroups} groups inside each other"));
        if (Take('?'))
        {
            bool isNamed = Peek == '<' && _at + 1 < _pattern.Length && _pattern[_at + 1] is not ('=' or '!');
            if (isNamed)
            {
                while (Peek is not (-1 or '>'))
                    _at++;
            }
            else if (Peek != ':')
            {
                throw Unsupported("look-around");
            }

            _at++;
        }

        var branches = new List<Term>();
        do
        {
            branches.Add(Branch());
        }
        while (Take('|'));
        if (!Take(')'))
            throw Unsupported(Peek is '^' or '$' ? $"a '{(char)Peek}' inside" : "a '(' without a ')'");
        _depth--;
        return JsonTerms.Choice([.. branches]);
    }

    Term Quantified(Term item)
    {
        (int min, int max) = (1, 1);
        if (Take('*'))
            (min, max) = (0, int.MaxValue);
        else if (Take('+'))
            (min, max) = (1, int.MaxValue);
        else if (Take('?'))
            (min, max) = (0, 1);
        else if (Take('{'))
            (min, max) = Counts();
        else
            return item;
        Take('?');
        if (Peek is '*' or '+' or '{')
            throw Unsupported("a repetition of a repetition");
        return JsonTerms.Repeat(item, min, max);
    }

    (int Min, int Max) Counts()
    {
        int min = Count();
        int max = min;
        if (Take(','))
            max = Peek == '}' ? int.MaxValue : Count();
        if (!Take('}') || max < min)
            throw Unsupported("a '{' that is no repetition");
        return (min, max);
    }

    int Count()
    {
        int value = -1;
        for (; Peek is >= '0' and <= '9'; _at++)
            value = Math.Min(Math.Max(value, 0) * 10 + Peek - '0', MostRepetitions + 1);
        return value < 0 ? throw Unsupported("a '{' that is no repetition")
            : value > MostRepetitions ? throw Unsupported(FormattableString.Invariant($"more than {MostRepetitions} repetitions"))
            : value;
    }

    List<(int First, int Last)> Class()
    {
        bool isNegated = Take('^');
        var set = new List<(int First, int Last)>();
        while (!Take(']'))
        {
            IReadOnlyList<(int First, int Last)> first = ClassItem();
            if (Peek == '-' && _at + 1 < _pattern.Length && _pattern[_at + 1] != ']')
            {
                _at++;
                IReadOnlyList<(int First, int Last)> last = ClassItem();
                if (first is not [var from] || last is not [var to] || from.First != from.Last || to.First != to.Last || to.First < from.First)
                    throw Unsupported("a range of characters without two ends");
                set.Add((from.First, to.First));
            }
            else
            {
                set.AddRange(first);
            }
        }

        return isNegated ? CodePoints.Without(CodePoints.All, set) : CodePoints.Union(set);
    }

    IReadOnlyList<(int First, int Last)> ClassItem()
    {
        if (_at >= _pattern.Length)
            throw Unsupported("a '[' without a ']'");
        int c = _pattern[_at++];
        return c == '\\' ? Escape(inClass: true) : [(c, c)];
    }

    IReadOnlyList<(int First, int Last)> Escape(bool inClass)
    {
        if (_at >= _pattern.Length)
            throw Unsupported("a '\\' at the end");
        int c = _pattern[_at++];
        switch (c)
        {
            case 'd':
                return Digits;
            case 'D':
                return CodePoints.Without(CodePoints.All, Digits);
            case 'w':
                return Word;
            case 'W':
                return CodePoints.Without(CodePoints.All, Word);
            case 's':
                return White;
            case 'S':
                return CodePoints.Without(CodePoints.All, White);
            case 'b' when inClass:
                return [(8, 8)];
            case 'x':
                return Hexadecimal(2);
            case 'u':
                return Hexadecimal(4);
            case '0':
                return [(0, 0)];
        }

        int control = "tnvfr".IndexOf((char)c, StringComparison.Ordinal);
        if (c < 128 && control >= 0)
            return [(9 + control, 9 + control)];
        if (c < 128 && char.IsAsciiLetterOrDigit((char)c))
            throw Unsupported($"'\\{(char)c}'");
        return [(c, c)];
    }

    List<(int First, int Last)> Hexadecimal(int digits)
    {
        string text = string.Concat(_pattern.Skip(_at).Take(digits).Select(c => new Rune(c).ToString()));
        if (text.Length != digits || !int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) || value is >= 0xD800 and <= 0xDFFF)
            throw Unsupported("an escape without its hexadecimal digits");
        _at += digits;
        return [(value, value)];
    }

    /// <summary>One character of a set as a JSON string writes it.</summary>
    static Term Characters(IReadOnlyList<(int First, int Last)> set)
    {
        var choices = new List<Term>();
        if (CodePoints.Intersection(set, CodePoints.Plain) is { Count: > 0 } plain)
            choices.Add(CodePoints.ToTerm(plain));
        foreach ((int first, int last) in CodePoints.Without(set, CodePoints.Plain))
        {
            for (int c = first; c <= Math.Min(last, '\\'); c++)
                choices.Add(JsonTerms.Literal(c is '"' or '\\' ? $"\\{(char)c}" : FormattableString.Invariant($"\\u{c:x4}")));
        }

        return JsonTerms.Choice([.. choices]);
    }

    FormatException Unsupported(string what) => new($"{what} (at character {Math.Min(_at, _pattern.Length)})");
}
