namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>
/// Cuts a template into text and tags. As in transformers, a line break behind a block tag and blanks before one are dropped
/// (trim_blocks, lstrip_blocks), <c>-</c> drops all white space on its side and <c>+</c> keeps it.
/// </summary>
sealed class Lexer
{
    readonly string _source;
    readonly List<Token> _tokens = [];
    int _position;
    int _line = 1;

    Lexer(string source) => _source = source;

    public static List<Token> Read(string source)
    {
        source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        if (source.EndsWith('\n'))
            source = source[..^1];

        Lexer lexer = new(source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    void ReadAll()
    {
        while (_position < _source.Length)
        {
            int tag = NextTag();
            if (tag < 0)
            {
                AddText(_source[_position..]);
                _position = _source.Length;
                break;
            }

            char kind = _source[tag + 1];
            char sign = tag + 2 < _source.Length ? _source[tag + 2] : ' ';
            AddText(TextBefore(tag, kind, sign));
            MoveTo(tag);
            _position = tag + (sign is '-' or '+' ? 3 : 2);
            ReadTag(kind);
        }

        _tokens.Add(new Token(TokenKind.End, "", _line));
    }

    void ReadTag(char kind)
    {
        if (kind == '#')
        {
            SkipComment();
        }
        else if (kind == '{')
        {
            ReadExpression(TokenKind.OutputBegin, TokenKind.OutputEnd, "}}");
        }
        else if (!TryReadRaw())
        {
            ReadExpression(TokenKind.BlockBegin, TokenKind.BlockEnd, "%}");
        }
    }

    int NextTag()
    {
        for (int i = _position; i + 1 < _source.Length; i++)
            if (_source[i] == '{' && _source[i + 1] is '{' or '%' or '#')
                return i;
        return -1;
    }

    string TextBefore(int tag, char kind, char sign)
    {
        string text = _source[_position..tag];
        if (sign == '-')
            return text.TrimEnd();
        if (sign == '+' || kind == '{')
            return text;

        int lineStart = text.LastIndexOf('\n') + 1;
        bool startsLine = lineStart > 0 || _position == 0 || _source[_position - 1] == '\n';
        return startsLine && string.IsNullOrWhiteSpace(text[lineStart..]) ? text[..lineStart] : text;
    }

    void AddText(string text)
    {
        if (text.Length > 0)
            _tokens.Add(new Token(TokenKind.Text, text, _line));
    }

    void SkipComment()
    {
        int end = _source.IndexOf("#}", _position, StringComparison.Ordinal);
        if (end < 0)
            throw Error("a comment is not closed: '#}' is missing");
        EndBlock(end, end + 2);
    }

    /// <summary>Moves behind a block tag or comment whose closing mark ends at <paramref name="end"/>, and drops the white space that its sign says.</summary>
    void EndBlock(int mark, int end)
    {
        char sign = mark > _position - 1 && mark > 0 ? _source[mark - 1] : ' ';
        if (sign == '-')
            end = SkipWhiteSpace(end);
        else if (sign != '+' && end < _source.Length && _source[end] == '\n')
            end++;
        MoveTo(end);
    }

    bool TryReadRaw()
    {
        int after = MatchWordTag(_position, "raw");
        if (after < 0)
            return false;

        MoveTo(_source[after - 3] == '-' ? SkipWhiteSpace(after) : after);

        for (int i = _position; i + 1 < _source.Length; i++)
        {
            if (_source[i] != '{' || _source[i + 1] != '%')
                continue;
            char sign = i + 2 < _source.Length ? _source[i + 2] : ' ';
            int end = MatchWordTag(i + (sign is '-' or '+' ? 3 : 2), "endraw");
            if (end < 0)
                continue;
            AddText(TextBefore(i, '%', sign));
            _position = i + 2;
            EndBlock(end - 2, end);
            return true;
        }

        throw Error("'raw' is not closed: '{% endraw %}' is missing");
    }

    /// <summary>Where the tag <c>word %}</c> that starts here ends, or -1.</summary>
    int MatchWordTag(int position, string word)
    {
        int start = SkipWhiteSpace(position);
        if (string.CompareOrdinal(_source, start, word, 0, word.Length) != 0)
            return -1;
        int mark = SkipWhiteSpace(start + word.Length);
        if (mark < _source.Length && _source[mark] is '-' or '+')
            mark++;
        return string.CompareOrdinal(_source, mark, "%}", 0, 2) == 0 ? mark + 2 : -1;
    }

    void ReadExpression(TokenKind begin, TokenKind end, string closing)
    {
        int startLine = _line;
        _tokens.Add(new Token(begin, "", _line));
        ExpressionLexer expression = new(_source, closing, _tokens);
        int mark = expression.Read(_position, _line);
        if (mark < 0)
        {
            _line = startLine;
            throw Error($"a tag is not closed: '{closing}' is missing");
        }

        int after = mark + 2;
        _line = expression.Line;
        _position = mark;
        _tokens.Add(new Token(end, "", _line));
        if (begin == TokenKind.BlockBegin)
            EndBlock(mark, after);
        else
            MoveTo(_source[mark - 1] == '-' ? SkipWhiteSpace(after) : after);
    }

    int SkipWhiteSpace(int position)
    {
        while (position < _source.Length && char.IsWhiteSpace(_source[position]))
            position++;
        return position;
    }

    void MoveTo(int position)
    {
        for (int i = _position; i < position; i++)
            if (_source[i] == '\n')
                _line++;
        _position = position;
    }

    HoneException Error(string message) => SyntaxError.At(_line, message);
}
