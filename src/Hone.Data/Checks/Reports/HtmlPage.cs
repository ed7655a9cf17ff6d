using System.Globalization;
using System.Net;
using System.Text;
using Hone.Engine;

namespace Hone.Data.Checks.Reports;

/// <summary>What the pages of all reports share: one file in the language in use, with its style, without anything from elsewhere. Whatever comes from a file is escaped.</summary>
static class HtmlPage
{
    const string Style = """
        :root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d5dae1; --back: #fff; --bar: #3b7dd8; --bad: #b3261e; --look: #8a5a00; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --line: #38414d; --back: #14181e; --bar: #6ea8ff; --bad: #ff8a80; --look: #ffc14d; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin-top: 2rem; }
        p.verdict { font-size: 1.1rem; } .error { color: var(--bad); } .warning { color: var(--look); } .soft { color: var(--soft); }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        code { font-family: ui-monospace, monospace; font-size: .9em; }
        svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: var(--soft); } .bar { fill: var(--bar); } .axis { stroke: var(--line); } .median { stroke: var(--ink); stroke-width: 2; }
        """;

    /// <param name="title">Also the first heading.</param>
    /// <param name="style">Rules of this page alone.</param>
    public static void Begin(StringBuilder page, string title, string style = "")
    {
        page.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"{Text.Of("en", "zh")}\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Escaped(title)}</title>\n<style>\n{Style}\n{style}</style>\n</head>\n<body>\n<h1>{Escaped(title)}</h1>\n");
    }

    public static string End(StringBuilder page) => page.Append("</body>\n</html>\n").ToString();

    /// <param name="svg">From <see cref="CheckPlots"/>.</param>
    public static void AddPlot(StringBuilder page, string title, string svg) =>
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Escaped(title)}</h2>\n{svg}\n");

    /// <param name="firstNumber">The first column with numbers.</param>
    public static void AddTable(StringBuilder page, string[] heads, IEnumerable<string[]> rows, int firstNumber)
    {
        void AddRow(string[] cells, string tag)
        {
            page.Append("<tr>");
            for (int i = 0; i < cells.Length; i++)
                page.Append(CultureInfo.InvariantCulture, $"<{tag}{(i >= firstNumber ? " class=\"number\"" : "")}>{Escaped(cells[i])}</{tag}>");
            page.Append("</tr>\n");
        }

        page.Append("<table>\n");
        AddRow(heads, "th");
        foreach (string[] row in rows)
            AddRow(row, "td");
        page.Append("</table>\n");
    }

    /// <summary>Control characters, which a page may not hold, become U+FFFD.</summary>
    public static string Escaped(string text) =>
        WebUtility.HtmlEncode(text.Any(char.IsControl) ? string.Concat(text.Select(character => char.IsControl(character) ? '\ufffd' : character)) : text);
}
