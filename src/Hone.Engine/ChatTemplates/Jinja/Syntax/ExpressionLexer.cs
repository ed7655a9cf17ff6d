using System.Globalization;
using System.Text;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Reads the names, numbers, strings and signs inside one tag.</summary>
sealed class ExpressionLexer(string source, string closing, List<Token> tokens)
{
    static readonly string[] LongSigns = ["//", "**", "==", "!=", ">=", "<="];
    const string ShortSigns = "+-/*%~[](){}<>=.:|,;";

    int _position;
    readonly Stack<char> _open = [];

    public int Line { get; private set; }

    /// <summary>Where the closing mark stands, or -1 when there is none.</summary>
    public int Read(int position, int line)
    {
        _position = position;
        Line = line;
        while (_position < source.Length)
        {
            if (_open.Count == 0 && ClosingMark() is >= 0 and int mark)
                return mark;
            ReadOne();
        }
        return -1;
    }

    int ClosingMark()
    {
        int mark = _position;
        if (source[mark] == '-' || (source[mark] == '+' && closing == "%}"))
            mark++;
        return string.CompareOrdinal(source, mark, closing, 0, closing.Length) == 0 ? mark : -1;
    }

    void ReadOne()
    {
        char c = source[_position];
        if (char.IsWhiteSpace(c))
        {
            if (c == '\n')
                Line++;
            _position++;
        }
        else if (c is '\'' or '"')
        {
            ReadString(c);
        }
        else if (char.IsAsciiDigit(c))
        {
            ReadNumber();
        }
        else if (char.IsLetter(c) || c == '_')
        {
            ReadName();
        }
        else
        {
            ReadSign(c);
        }
    }

    void ReadName()
    {
        int start = _position;
        while (_position < source.Length && (char.IsLetterOrDigit(source[_position]) || source[_position] == '_'))
            _position++;
        tokens.Add(new Token(TokenKind.Name, source[start.._position], Line));
    }

    void ReadNumber()
    {
        int start = _position;
        SkipDigits();
        bool isFloat = false;
        if (At(0) == '.' && char.IsAsciiDigit(At(1)))
        {
            isFloat = true;
            _position++;
            SkipDigits();
        }
        if (At(0) is 'e' or 'E' && (char.IsAsciiDigit(At(1)) || (At(1) is '+' or '-' && char.IsAsciiDigit(At(2)))))
        {
            isFloat = true;
            _position += 2;
            SkipDigits();
        }
        string digits = source[start.._position].Replace("_", "", StringComparison.Ordinal);
        tokens.Add(new Token(isFloat ? TokenKind.Float : TokenKind.Integer, digits, Line));
    }

    void SkipDigits()
    {
        while (char.IsAsciiDigit(At(0)) || (At(0) == '_' && char.IsAsciiDigit(At(1))))
            _position++;
    }

    void ReadSign(char c)
    {
        foreach (string sign in LongSigns)
            if (string.CompareOrdinal(source, _position, sign, 0, 2) == 0)
            {
                tokens.Add(new Token(TokenKind.Operator, sign, Line));
                _position += 2;
                return;
            }

        if (!ShortSigns.Contains(c, StringComparison.Ordinal))
            throw SyntaxError.At(Line, $"'{c}' is not expected here");
        if (c is '(' or '[' or '{')
            _open.Push(c == '(' ? ')' : c == '[' ? ']' : '}');
        else if (c is ')' or ']' or '}')
            Close(c);
        tokens.Add(new Token(TokenKind.Operator, c.ToString(), Line));
        _position++;
    }

    void Close(char bracket)
    {
        if (!_open.TryPop(out char expected))
            throw SyntaxError.At(Line, $"'{bracket}' closes nothing");
        if (bracket != expected)
            throw SyntaxError.At(Line, $"'{expected}' is expected, but '{bracket}' follows");
    }

    void ReadString(char quote)
    {
        int startLine = Line;
        StringBuilder value = new();
        _position++;
        while (_position < source.Length && source[_position] != quote)
        {
            if (source[_position] == '\n')
                Line++;
            if (source[_position] == '\\' && _position + 1 < source.Length)
                ReadEscape(value);
            else
                value.Append(source[_position++]);
        }
        if (_position >= source.Length)
            throw SyntaxError.At(startLine, "a string is not closed");
        _position++;
        tokens.Add(new Token(TokenKind.String, value.ToString(), startLine));
    }

    void ReadEscape(StringBuilder value)
    {
        char c = source[_position + 1];
        _position += 2;
        switch (c)
        {
            case '\n':
                Line++;
                break;
            case 'x' or 'u' or 'U':
                ReadCodePoint(value, c, c == 'x' ? 2 : c == 'u' ? 4 : 8);
                break;
            default:
                value.Append(SimpleEscape(c));
                break;
        }
    }

    void ReadCodePoint(StringBuilder value, char kind, int digits)
    {
        string hex = source.Substring(_position, Math.Min(digits, source.Length - _position));
        if (hex.Length < digits || !int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code))
            throw SyntaxError.At(Line, $"'\\{kind}' needs {digits} hexadecimal digits");
        if (code is < 0 or > 0x10ffff)
            throw SyntaxError.At(Line, $"'\\{kind}{hex}' is no character");
        _position += digits;
        if (code > 0xffff)
            value.Append(char.ConvertFromUtf32(code));
        else
            value.Append((char)code);
    }

    // As in Python, a backslash that begins no escape stays.
    static string SimpleEscape(char c) =>
        c switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            '\\' or '\'' or '"' => c.ToString(),
            '0' => "\0",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            _ => "\\" + c,
        };

    char At(int ahead) => _position + ahead < source.Length ? source[_position + ahead] : '\0';
}
