using System.Runtime.CompilerServices;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>The tokens of a template, read one after the other.</summary>
sealed class TokenStream(List<Token> tokens)
{
    int _position;

    public Token Current => tokens[_position];

    public Token Ahead => tokens[Math.Min(_position + 1, tokens.Count - 1)];

    public int Line => Current.Line;

    public Token Next()
    {
        Token token = tokens[_position];
        if (_position < tokens.Count - 1)
            _position++;
        return token;
    }

    public bool TrySkip(string symbol)
    {
        if (!Current.Is(symbol))
            return false;
        Next();
        return true;
    }

    public bool TrySkipName(string name)
    {
        if (!Current.IsName(name))
            return false;
        Next();
        return true;
    }

    public void Expect(string symbol)
    {
        if (!TrySkip(symbol))
            throw Unexpected($"'{symbol}'");
    }

    public void Expect(TokenKind kind, string description)
    {
        if (Current.Kind != kind)
            throw Unexpected(description);
        Next();
    }

    public string ExpectName()
    {
        if (Current.Kind != TokenKind.Name)
            throw Unexpected("a name");
        return Next().Value;
    }

    public HoneException Unexpected(string wanted) => SyntaxError.At(Line, $"{wanted} is expected, but {Current} follows");

    public void EnsureStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw SyntaxError.At(Line, "expressions or blocks are nested too deeply");
    }
}
