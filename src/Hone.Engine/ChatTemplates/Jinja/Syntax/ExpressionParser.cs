using System.Globalization;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Expressions, from the loosest binding (inline if) to the tightest (a postfix).</summary>
sealed class ExpressionParser(TokenStream tokens)
{
    static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    readonly PrimaryParser _primary = new(tokens);

    /// <summary>One expression, or several with commas between them as a tuple.</summary>
    public Expression ParseTuple(bool withConditional = true)
    {
        int line = tokens.Line;
        List<Expression> items = [withConditional ? Parse() : ParseOr()];
        bool isTuple = false;
        while (tokens.TrySkip(","))
        {
            isTuple = true;
            if (!StartsExpression())
                break;
            items.Add(withConditional ? Parse() : ParseOr());
        }
        return isTuple ? new ListExpression(items, true) { Line = line } : items[0];
    }

    public Expression Parse()
    {
        tokens.EnsureStack();
        int line = tokens.Line;
        Expression value = ParseOr();
        while (tokens.TrySkipName("if"))
        {
            Expression condition = ParseOr();
            Expression? otherwise = tokens.TrySkipName("else") ? Parse() : null;
            value = new ConditionalExpression(condition, value, otherwise) { Line = line };
        }
        return value;
    }

    public Expression ParseOr()
    {
        Expression left = ParseAnd();
        while (tokens.TrySkipName("or"))
            left = new OrExpression(left, ParseAnd()) { Line = tokens.Line };
        return left;
    }

    public ArgumentList ParseArguments() => _primary.ParseArguments(this);

    Expression ParseAnd()
    {
        Expression left = ParseNot();
        while (tokens.TrySkipName("and"))
            left = new AndExpression(left, ParseNot()) { Line = tokens.Line };
        return left;
    }

    Expression ParseNot()
    {
        tokens.EnsureStack();
        int line = tokens.Line;
        return tokens.TrySkipName("not") ? new NotExpression(ParseNot()) { Line = line } : ParseComparison();
    }

    Expression ParseComparison()
    {
        int line = tokens.Line;
        Expression first = ParseSum();
        List<(string Sign, Expression Operand)> rest = [];
        while (true)
        {
            if (tokens.Current.Kind == TokenKind.Operator && Comparisons.Contains(tokens.Current.Value))
            {
                string sign = tokens.Next().Value;
                rest.Add((sign, ParseSum()));
            }
            else if (tokens.TrySkipName("in"))
            {
                rest.Add(("in", ParseSum()));
            }
            else if (tokens.Current.IsName("not") && tokens.Ahead.IsName("in"))
            {
                tokens.Next();
                tokens.Next();
                rest.Add(("not in", ParseSum()));
            }
            else
            {
                return rest.Count == 0 ? first : new CompareExpression(first, rest) { Line = line };
            }
        }
    }

    Expression ParseSum() => ParseLeftToRight(ParseConcat, "+", "-");

    Expression ParseConcat()
    {
        int line = tokens.Line;
        List<Expression> parts = [ParseProduct()];
        while (tokens.TrySkip("~"))
            parts.Add(ParseProduct());
        return parts.Count == 1 ? parts[0] : new ConcatExpression(parts) { Line = line };
    }

    Expression ParseProduct() => ParseLeftToRight(ParsePower, "*", "/", "//", "%");

    Expression ParsePower() => ParseLeftToRight(() => ParseSigned(true), "**");

    Expression ParseLeftToRight(Func<Expression> operand, params string[] signs)
    {
        Expression left = operand();
        while (tokens.Current.Kind == TokenKind.Operator && signs.Contains(tokens.Current.Value))
        {
            int line = tokens.Line;
            string sign = tokens.Next().Value;
            left = new ArithmeticExpression(sign, left, operand()) { Line = line };
        }
        return left;
    }

    Expression ParseSigned(bool withFilters)
    {
        tokens.EnsureStack();
        int line = tokens.Line;
        Expression value =
            tokens.TrySkip("-") ? new SignExpression(true, ParseSigned(false)) { Line = line }
            : tokens.TrySkip("+") ? new SignExpression(false, ParseSigned(false)) { Line = line }
            : _primary.ParsePrimary(this);
        value = _primary.ParsePostfixes(value, this);
        return withFilters ? _primary.ParseFilters(value, this) : value;
    }

    bool StartsExpression() =>
        tokens.Current.Kind switch
        {
            TokenKind.BlockEnd or TokenKind.OutputEnd or TokenKind.End => false,
            TokenKind.Operator => tokens.Current.Value is "(" or "[" or "{" or "-" or "+",
            TokenKind.Name => tokens.Current.Value is not ("in" or "if" or "recursive"),
            _ => true,
        };

    internal static long ParseInteger(Token token) =>
        long.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw SyntaxError.At(token.Line, $"the number {token.Value} is too large");
}
