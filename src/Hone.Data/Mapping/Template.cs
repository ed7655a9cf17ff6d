using System.Text;
using System.Text.Json;
using Hone.Engine;

namespace Hone.Data.Mapping;

/// <summary>
/// A text with columns in braces, as in <c>Q: {question}</c>. Braces that are text are doubled: <c>{{</c> and <c>}}</c>. A line break is <c>\n</c>, a tab <c>\t</c>,
/// a backslash before such a letter <c>\\</c>.
/// </summary>
sealed class Template
{
    readonly List<(string Literal, string? Column)> _parts = [];

    Template(string text) => Source = text;

    /// <summary>As it was written.</summary>
    public string Source { get; }

    public IEnumerable<string> Columns => _parts.Select(part => part.Column).OfType<string>().Distinct();

    /// <exception cref="HoneException">A brace stands alone.</exception>
    public static Template Parse(string text)
    {
        Template template = new(text);
        StringBuilder literal = new();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is '{' or '}' && i + 1 < text.Length && text[i + 1] == c)
                literal.Append(text[i++]);
            else if (c == '{')
            {
                int end = text.IndexOf('}', i);
                if (end < 0)
                    throw Lone('{', text);
                template._parts.Add((literal.ToString(), text[(i + 1)..end].Trim()));
                literal.Clear();
                i = end;
            }
            else if (c == '}')
                throw Lone('}', text);
            else if (c == '\\' && i + 1 < text.Length && text[i + 1] is 'n' or 't' or '\\')
                literal.Append(text[++i] switch { 'n' => '\n', 't' => '\t', _ => '\\' });
            else
                literal.Append(c);
        }
        template._parts.Add((literal.ToString(), null));
        return template;
    }

    /// <summary>Columns alone, each on lines of its own.</summary>
    public static Template OfColumns(IReadOnlyList<string> columns)
    {
        Template template = new(string.Join("\\n", columns.Select(column => $"{{{column}}}")));
        foreach (string column in columns)
            template._parts.Add((template._parts.Count > 0 ? "\n" : "", column));
        return template;
    }

    public string Render(JsonElement row)
    {
        StringBuilder text = new();
        foreach ((string literal, string? column) in _parts)
            text.Append(literal).Append(column is null ? "" : Cells.Text(row, column));
        return text.ToString();
    }

    static HoneException Lone(char brace, string text) =>
        new(Text.Of(
            $"The template {text} has a {brace} that stands alone. Write columns as {{name}}, and a brace that is text twice: {brace}{brace}.",
            $"模板 {text} 中有单独的 {brace}。列写作 {{列名}}；作为文本的花括号请写两遍：{brace}{brace}。"));
}
