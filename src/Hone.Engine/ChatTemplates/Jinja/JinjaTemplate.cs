using System.Globalization;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>A template as transformers reads it, ready to be rendered any number of times and from any thread.</summary>
sealed class JinjaTemplate
{
    readonly List<Statement> _statements;

    JinjaTemplate(List<Statement> statements) => _statements = statements;

    public static JinjaTemplate Parse(string source) => new(StatementParser.Parse(source));

    /// <summary>The text and where each piece of it ends; the values carry their origin into it.</summary>
    public (TracedText Text, IReadOnlyList<int> PieceEnds) Render(IEnumerable<KeyValuePair<string, object?>> variables, TimeProvider clock)
    {
        Scope globals = new(null);
        Globals.AddTo(globals);
        foreach ((string name, object? value) in variables)
            globals.Set(name, value);

        Render render = new(new Scope(globals), clock);
        try
        {
            render.Run(_statements);
        }
        catch (HoneException failure)
        {
            throw new HoneException(
                string.Create(CultureInfo.InvariantCulture, $"The chat template stops at its line {render.Line}: {failure.Message}"),
                failure
            );
        }
        return (render.Page, render.PieceEnds);
    }
}
