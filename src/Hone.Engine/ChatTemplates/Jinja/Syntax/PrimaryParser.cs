using System.Globalization;
using System.Text;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Names, literals and brackets, and what can follow them: <c>.name</c>, <c>[…]</c>, <c>(…)</c>, <c>| filter</c>, <c>is test</c>.</summary>
sealed class PrimaryParser(TokenStream tokens)
{
    public Expression ParsePrimary(ExpressionParser expressions)
    {
        Token token = tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                tokens.Next();
                return NameOrConstant(token);
            case TokenKind.String:
                return ParseStrings();
            case TokenKind.Integer:
                tokens.Next();
                return new ConstantExpression(ExpressionParser.ParseInteger(token)) { Line = token.Line };
            case TokenKind.Float:
                tokens.Next();
                return new ConstantExpression(double.Parse(token.Value, CultureInfo.InvariantCulture)) { Line = token.Line };
            default:
                return ParseBracket(token, expressions);
        }
    }

    public Expression ParsePostfixes(Expression value, ExpressionParser expressions)
    {
        while (true)
        {
            int line = tokens.Line;
            if (tokens.TrySkip("."))
                value = ParseMember(value, line);
            else if (tokens.TrySkip("["))
                value = ParseSubscript(value, line, expressions);
            else if (tokens.Current.Is("("))
                value = new CallExpression(value, ParseArguments(expressions)) { Line = line };
            else
                return value;
        }
    }

    public Expression ParseFilters(Expression value, ExpressionParser expressions)
    {
        while (true)
        {
            int line = tokens.Line;
            if (tokens.TrySkip("|"))
            {
                string name = tokens.ExpectName();
                ArgumentList arguments = tokens.Current.Is("(") ? ParseArguments(expressions) : ArgumentList.None;
                value = new FilterExpression(value, name, arguments) { Line = line };
            }
            else if (tokens.TrySkipName("is"))
            {
                value = ParseTest(value, line, expressions);
            }
            else if (tokens.Current.Is("("))
            {
                value = new CallExpression(value, ParseArguments(expressions)) { Line = line };
            }
            else
            {
                return value;
            }
        }
    }

    public ArgumentList ParseArguments(ExpressionParser expressions)
    {
        List<Expression> positional = [];
        List<(string Name, Expression Value)> named = [];
        Expression? rest = null;
        Expression? namedRest = null;

        tokens.Expect("(");
        while (!tokens.TrySkip(")"))
        {
            if (positional.Count + named.Count > 0 || rest is not null || namedRest is not null)
            {
                tokens.Expect(",");
                if (tokens.TrySkip(")"))
                    break;
            }

            if (tokens.TrySkip("*"))
                rest = expressions.Parse();
            else if (tokens.TrySkip("**"))
                namedRest = expressions.Parse();
            else if (tokens.Current.Kind == TokenKind.Name && tokens.Ahead.Is("="))
                named.Add((ParseKeyword(), expressions.Parse()));
            else
                positional.Add(expressions.Parse());
        }
        return new ArgumentList(positional, named, rest, namedRest);
    }

    string ParseKeyword()
    {
        string name = tokens.ExpectName();
        tokens.Expect("=");
        return name;
    }

    static Expression NameOrConstant(Token token) =>
        token.Value switch
        {
            "true" or "True" => new ConstantExpression(true) { Line = token.Line },
            "false" or "False" => new ConstantExpression(false) { Line = token.Line },
            "none" or "None" => new ConstantExpression(null) { Line = token.Line },
            _ => new NameExpression(token.Value) { Line = token.Line },
        };

    StringExpression ParseStrings()
    {
        int line = tokens.Line;
        StringBuilder value = new();
        while (tokens.Current.Kind == TokenKind.String)
            value.Append(tokens.Next().Value);
        return new StringExpression(value.ToString()) { Line = line };
    }

    Expression ParseBracket(Token open, ExpressionParser expressions)
    {
        if (tokens.TrySkip("("))
        {
            Expression inner = tokens.Current.Is(")") ? new ListExpression([], true) { Line = open.Line } : expressions.ParseTuple();
            tokens.Expect(")");
            return inner;
        }
        if (tokens.TrySkip("["))
            return new ListExpression(ParseItems("]", expressions.Parse), false) { Line = open.Line };
        if (tokens.TrySkip("{"))
            return new MapExpression(ParseItems("}", () => ParseEntry(expressions))) { Line = open.Line };
        throw tokens.Unexpected("a value");
    }

    List<T> ParseItems<T>(string close, Func<T> parse)
    {
        List<T> items = [];
        while (!tokens.TrySkip(close))
        {
            if (items.Count > 0)
            {
                tokens.Expect(",");
                if (tokens.TrySkip(close))
                    break;
            }
            items.Add(parse());
        }
        return items;
    }

    (Expression Key, Expression Value) ParseEntry(ExpressionParser expressions)
    {
        Expression key = expressions.Parse();
        tokens.Expect(":");
        return (key, expressions.Parse());
    }

    Expression ParseMember(Expression target, int line)
    {
        Token token = tokens.Current;
        if (token.Kind != TokenKind.Integer)
            return new AttributeExpression(target, tokens.ExpectName()) { Line = line };

        tokens.Next();
        ConstantExpression index = new(ExpressionParser.ParseInteger(token)) { Line = line };
        return new ItemExpression(target, index) { Line = line };
    }

    Expression ParseSubscript(Expression target, int line, ExpressionParser expressions)
    {
        Expression? first = tokens.Current.Is(":") ? null : expressions.ParseTuple();
        if (first is not null && tokens.TrySkip("]"))
            return new ItemExpression(target, first) { Line = line };

        tokens.Expect(":");
        Expression? last = tokens.Current.Is(":") || tokens.Current.Is("]") ? null : expressions.Parse();
        Expression? step = tokens.TrySkip(":") && !tokens.Current.Is("]") ? expressions.Parse() : null;
        tokens.Expect("]");
        return new SliceExpression(target, first, last, step) { Line = line };
    }

    Expression ParseTest(Expression value, int line, ExpressionParser expressions)
    {
        bool isNegated = tokens.TrySkipName("not");
        string name = tokens.Current.Is("==") ? tokens.Next().Value : tokens.ExpectName();
        ArgumentList arguments = ArgumentList.None;
        if (tokens.Current.Is("("))
            arguments = ParseArguments(expressions);
        else if (StartsTestArgument(tokens.Current))
            arguments = new ArgumentList([ParsePostfixes(ParsePrimary(expressions), expressions)], []);

        Expression test = new TestExpression(value, name, arguments) { Line = line };
        return isNegated ? new NotExpression(test) { Line = line } : test;
    }

    static bool StartsTestArgument(Token token) =>
        token.Kind switch
        {
            TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
            TokenKind.Name => token.Value is not ("else" or "or" or "and" or "is" or "if" or "not" or "in"),
            TokenKind.Operator => token.Value is "[" or "{",
            _ => false,
        };
}
