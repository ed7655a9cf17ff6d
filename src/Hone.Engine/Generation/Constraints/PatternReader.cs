using System.Globalization;
using System.Text;

namespace Hone.Engine.Generation.Constraints;

/// <summary>Reads regular expressions of ECMA-262: what a <c>pattern</c> of a schema matches anywhere in a text.</summary>
/// <remarks>
/// Look-around but at the beginning, back references, word boundaries and properties are refused by name; whether a repetition is lazy makes no difference to what it matches.
/// </remarks>
sealed class PatternReader
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

    PatternReader(string pattern) => _pattern = [.. pattern.EnumerateRunes().Select(rune => rune.Value)];

    /// <summary>The alternatives of an expression.</summary>
    /// <exception cref="FormatException">It is none, or uses what is not supported; the message says what.</exception>
    public static IReadOnlyList<PatternBranch> Read(string pattern)
    {
        var reader = new PatternReader(pattern);
        var branches = new List<PatternBranch>();
        do
        {
            branches.Add(reader.WholeBranch());
            if (reader._at < reader._pattern.Length && reader.Peek != '|')
                throw reader.Unsupported(reader.Peek == ')' ? "a ')' without a '('" : "a '$' or '^' inside");
        }
        while (reader.Take('|'));
        return branches;
    }

    PatternBranch WholeBranch()
    {
        bool isAnchored = Take('^');
        var wanted = new List<Pattern>();
        var unwanted = new List<Pattern>();
        while (isAnchored && Peek == '(' && PeekAt(1) == '?' && PeekAt(2) is '=' or '!')
        {
            List<Pattern> list = PeekAt(2) == '=' ? wanted : unwanted;
            _at += 3;
            list.Add(Ahead());
        }

        return new PatternBranch(Anchored(isAnchored), wanted, unwanted);
    }

    /// <summary>A branch up to its end, with what may follow it.</summary>
    Pattern.Sequence Anchored(bool isAnchored)
    {
        Pattern branch = Branch();
        bool endsAnchored = Take('$');
        return new Pattern.Sequence([.. isAnchored ? (Pattern[])[] : [Pattern.Anything], branch, .. endsAnchored ? (Pattern[])[] : [Pattern.Anything]]);
    }

    /// <summary>Behind <c>(?=</c> or <c>(?!</c> at the beginning of a text: all texts that begin so.</summary>
    Pattern.Choice Ahead()
    {
        var branches = new List<Pattern>();
        do
        {
            Take('^'); // It is the beginning.
            branches.Add(Anchored(isAnchored: true));
        }
        while (Take('|'));
        return Take(')') ? new Pattern.Choice(branches) : throw Unsupported(Peek is '^' or '$' ? $"a '{(char)Peek}' inside" : "a '(' without a ')'");
    }

    int PeekAt(int ahead) => _at + ahead < _pattern.Length ? _pattern[_at + ahead] : -1;

    int Peek => _at < _pattern.Length ? _pattern[_at] : -1;

    bool Take(char expected)
    {
        if (Peek != expected)
            return false;
        _at++;
        return true;
    }

    Pattern.Sequence Branch()
    {
        var items = new List<Pattern>();
        while (Peek is not (-1 or '|' or ')' or '$' or '^'))
            items.Add(Quantified(Atom()));
        return new Pattern.Sequence(items);
    }

    Pattern Atom()
    {
        int c = _pattern[_at++];
        switch (c)
        {
            case '(':
                return Group();
            case '[':
                return new Pattern.Set(Class());
            case '.':
                return new Pattern.Set(CodePoints.Without(CodePoints.All, LineEnds));
            case '\\':
                return new Pattern.Set(Escape(inClass: false));
            case '*' or '+' or '?':
                throw Unsupported($"a '{(char)c}' after nothing");
            default:
                return new Pattern.Set([(c, c)]);
        }
    }

    Pattern.Choice Group()
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
                throw Unsupported(Peek is '=' or '!' ? "look-ahead that is not at its beginning" : "look-around");
            }

            _at++;
        }

        var branches = new List<Pattern>();
        do
        {
            branches.Add(Branch());
        }
        while (Take('|'));
        if (!Take(')'))
            throw Unsupported(Peek is '^' or '$' ? $"a '{(char)Peek}' inside" : "a '(' without a ')'");
        _depth--;
        return new Pattern.Choice(branches);
    }

    Pattern Quantified(Pattern item)
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
        return new Pattern.Repeat(item, min, max);
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

    FormatException Unsupported(string what) => new($"{what} (at character {Math.Min(_at, _pattern.Length)})");
}
