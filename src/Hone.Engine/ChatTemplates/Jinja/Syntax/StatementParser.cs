namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Text, output tags and block tags.</summary>
sealed class StatementParser
{
    readonly TokenStream _tokens;
    readonly ExpressionParser _expressions;

    StatementParser(TokenStream tokens)
    {
        _tokens = tokens;
        _expressions = new ExpressionParser(tokens);
    }

    public static List<Statement> Parse(string source)
    {
        StatementParser parser = new(new TokenStream(Lexer.Read(source)));
        List<Statement> statements = parser.ParseUntil();
        return parser._tokens.Current.Kind == TokenKind.End ? statements : throw parser._tokens.Unexpected("text or a tag");
    }

    /// <summary>Statements up to a block tag with one of the given words, whose word is still to be read; without words, up to the end.</summary>
    List<Statement> ParseUntil(params string[] words)
    {
        _tokens.EnsureStack();
        int opened = _tokens.Line;
        List<Statement> statements = [];
        while (_tokens.Current.Kind != TokenKind.End)
        {
            Token token = _tokens.Next();
            if (token.Kind == TokenKind.Text)
            {
                statements.Add(new TextStatement(token.Value) { Line = token.Line });
            }
            else if (token.Kind == TokenKind.OutputBegin)
            {
                statements.Add(new OutputStatement(_expressions.ParseTuple()) { Line = token.Line });
                _tokens.Expect(TokenKind.OutputEnd, "'}}'");
            }
            else
            {
                if (words.Contains(_tokens.Current.Value))
                    return statements;
                statements.Add(ParseBlock(token.Line));
            }
        }

        if (words.Length > 0)
            throw SyntaxError.At(opened, $"the block that begins here is not closed: '{{% {words[^1]} %}}' is missing");
        return statements;
    }

    Statement ParseBlock(int line)
    {
        Token word = _tokens.Next();
        return word.Value switch
        {
            "if" => ParseIf(line),
            "for" => ParseFor(line),
            "set" => ParseSet(line),
            "macro" => ParseMacro(line),
            "call" => ParseCall(line),
            "filter" => ParseFilterBlock(line),
            "with" => ParseWith(line),
            "generation" => new GenerationStatement(ParseBody("endgeneration")) { Line = line },
            "break" => ParseControl(Flow.Break, line),
            "continue" => ParseControl(Flow.Continue, line),
            _ => throw SyntaxError.At(line, $"the tag {word} is not known here"),
        };
    }

    /// <summary>The body of a block whose opening tag ends here, with its closing tag.</summary>
    List<Statement> ParseBody(string closing)
    {
        EndTag();
        List<Statement> body = ParseUntil(closing);
        _tokens.Next();
        EndTag();
        return body;
    }

    void EndTag() => _tokens.Expect(TokenKind.BlockEnd, "'%}'");

    LoopControlStatement ParseControl(Flow flow, int line)
    {
        EndTag();
        return new LoopControlStatement(flow) { Line = line };
    }

    IfStatement ParseIf(int line)
    {
        List<(Expression, IReadOnlyList<Statement>)> branches = [];
        List<Statement> otherwise = [];
        string word = "if";
        while (word != "endif")
        {
            if (word == "else")
            {
                EndTag();
                otherwise = ParseUntil("endif");
            }
            else
            {
                Expression condition = _expressions.ParseTuple();
                EndTag();
                branches.Add((condition, ParseUntil("elif", "else", "endif")));
            }
            word = _tokens.Next().Value;
        }
        EndTag();
        return new IfStatement(branches, otherwise) { Line = line };
    }

    ForStatement ParseFor(int line)
    {
        AssignmentTarget target = ParseTarget();
        if (!_tokens.TrySkipName("in"))
            throw _tokens.Unexpected("'in'");
        Expression items = _expressions.ParseTuple(withConditional: false);
        Expression? condition = _tokens.TrySkipName("if") ? _expressions.Parse() : null;
        if (_tokens.Current.IsName("recursive"))
            throw SyntaxError.At(line, "recursive loops are not supported; use a macro");
        EndTag();

        List<Statement> body = ParseUntil("else", "endfor");
        List<Statement> otherwise = [];
        if (_tokens.TrySkipName("else"))
        {
            EndTag();
            otherwise = ParseUntil("endfor");
        }
        _tokens.Next();
        EndTag();
        return new ForStatement(target, items, condition, body, otherwise) { Line = line };
    }

    Statement ParseSet(int line)
    {
        AssignmentTarget target = ParseTarget();
        if (_tokens.TrySkip("="))
        {
            Expression value = _expressions.ParseTuple();
            EndTag();
            return new SetStatement(target, value) { Line = line };
        }

        Func<Expression, Expression> filtered = ParseFilterChain();
        return new SetBlockStatement(target, ParseBody("endset"), filtered) { Line = line };
    }

    FilterBlockStatement ParseFilterBlock(int line)
    {
        string name = _tokens.ExpectName();
        ArgumentList arguments = _tokens.Current.Is("(") ? _expressions.ParseArguments() : ArgumentList.None;
        Func<Expression, Expression> more = ParseFilterChain();
        Expression Filtered(Expression value) => more(new FilterExpression(value, name, arguments) { Line = line });
        return new FilterBlockStatement(ParseBody("endfilter"), Filtered) { Line = line };
    }

    /// <summary><c>| a | b(c)</c> as a function of what it is applied to.</summary>
    Func<Expression, Expression> ParseFilterChain()
    {
        List<(string Name, ArgumentList Arguments, int Line)> filters = [];
        while (_tokens.TrySkip("|"))
        {
            int line = _tokens.Line;
            string name = _tokens.ExpectName();
            filters.Add((name, _tokens.Current.Is("(") ? _expressions.ParseArguments() : ArgumentList.None, line));
        }
        return value => filters.Aggregate(value, (inner, filter) => new FilterExpression(inner, filter.Name, filter.Arguments) { Line = filter.Line });
    }

    WithStatement ParseWith(int line)
    {
        List<(string, Expression)> names = [];
        while (_tokens.Current.Kind == TokenKind.Name)
        {
            string name = _tokens.ExpectName();
            _tokens.Expect("=");
            names.Add((name, _expressions.Parse()));
            if (!_tokens.TrySkip(","))
                break;
        }
        return new WithStatement(names, ParseBody("endwith")) { Line = line };
    }

    MacroStatement ParseMacro(int line)
    {
        string name = _tokens.ExpectName();
        MacroParameters parameters = ParseParameters();
        return new MacroStatement(name, parameters, ParseBody("endmacro")) { Line = line };
    }

    CallStatement ParseCall(int line)
    {
        MacroParameters parameters = _tokens.Current.Is("(") ? ParseParameters() : new MacroParameters([]);
        if (_expressions.Parse() is not CallExpression call)
            throw SyntaxError.At(line, "'call' needs a call of a macro");
        return new CallStatement(call, parameters, ParseBody("endcall")) { Line = line };
    }

    MacroParameters ParseParameters()
    {
        List<(string, Expression?)> parameters = [];
        _tokens.Expect("(");
        while (!_tokens.TrySkip(")"))
        {
            if (parameters.Count > 0)
                _tokens.Expect(",");
            string name = _tokens.ExpectName();
            parameters.Add((name, _tokens.TrySkip("=") ? _expressions.Parse() : null));
        }
        return new MacroParameters(parameters);
    }

    AssignmentTarget ParseTarget()
    {
        List<AssignmentTarget> targets = [ParseOneTarget()];
        while (_tokens.TrySkip(","))
            targets.Add(ParseOneTarget());
        return targets.Count == 1 ? targets[0] : new TupleTarget(targets);
    }

    AssignmentTarget ParseOneTarget()
    {
        if (_tokens.TrySkip("("))
        {
            AssignmentTarget inner = ParseTarget();
            _tokens.Expect(")");
            return inner;
        }
        string name = _tokens.ExpectName();
        return _tokens.TrySkip(".") ? new NamespaceTarget(name, _tokens.ExpectName()) : new NameTarget(name);
    }
}
