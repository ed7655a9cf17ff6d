using System.Text;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Checks.Reports;

/// <summary>The plots of a report as SVG: no script, colours from the page's style.</summary>
static class CheckPlots
{
    const int Width = 720;
    const int Height = 220;
    const int Left = 64;
    const int Bottom = 28;
    const int Row = 24;
    const int NameWidth = 200;
    const int ValueWidth = 110;

    /// <summary>Classes beyond these are summed up in words.</summary>
    public const int MostClasses = 30;

    /// <summary>Upright bars: how many examples have how many of something.</summary>
    public static string Histogram(Distribution numbers)
    {
        long most = numbers.Bars.Max(bar => bar.Count);
        double step = (Width - Left) / (double)numbers.Bars.Count;
        StringBuilder svg = Begin(Height);
        svg.Append(Invariant($"<line class=\"axis\" x1=\"{Left}\" y1=\"{Height - Bottom}\" x2=\"{Width}\" y2=\"{Height - Bottom}\"/>"));
        svg.Append(Label(Left - 8, 16, "end", Invariant($"{most:N0}"))).Append(Label(Left - 8, Height - Bottom, "end", "0"));
        for (int i = 0; i < numbers.Bars.Count; i++)
        {
            Bar bar = numbers.Bars[i];
            double height = Math.Max(1, (Height - Bottom - 8.0) * bar.Count / most);
            string range = bar.From == bar.To ? Invariant($"{bar.From:N0}") : Invariant($"{bar.From:N0} – {bar.To:N0}");
            svg.Append(Invariant($"<rect class=\"bar\" x=\"{Left + (i * step) + 1:0.#}\" y=\"{Height - Bottom - height:0.#}\" width=\"{Math.Max(1, step - 2):0.#}\" height=\"{height:0.#}\"><title>{range}: {bar.Count:N0}</title></rect>"));
            if (i % ((numbers.Bars.Count / 8) + 1) == 0)
                svg.Append(Label(Left + (i * step) + (step / 2), Height - 8, "middle", Invariant($"{bar.From:N0}")));
        }
        return End(svg);
    }

    /// <summary>Lying bars: how many examples each class has.</summary>
    public static string Balance(IReadOnlyList<ClassSummary> classes)
    {
        long most = classes.Max(one => one.Count);
        long all = classes.Sum(one => one.Count);
        return Bars([.. classes.Select(one => (one.Name, (double)one.Count / most, Invariant($"{one.Count:N0} · {100.0 * one.Count / all:0.0} %")))]);
    }

    /// <summary>Lying bars with their names before and their values behind.</summary>
    /// <param name="bars">Each with its length, from 0 to 1.</param>
    public static string Bars(IReadOnlyList<(string Name, double Length, string Value)> bars) =>
        Rows(bars, bar => bar.Name, (svg, bar, y) =>
        {
            svg.Append(Invariant($"<rect class=\"bar\" x=\"{NameWidth}\" y=\"{y + 4}\" width=\"{Math.Max(1, Room * bar.Length):0.#}\" height=\"{Row - 8}\"/>"));
            svg.Append(Label(Width, y + 16, "end", bar.Value));
        });

    /// <summary>For each class a line from the shortest to the longest example, a box from q10 to q90, a mark at the median.</summary>
    public static string Lengths(IReadOnlyList<ClassSummary> classes)
    {
        double most = Math.Max(1, classes.Max(one => one.Tokens!.Max));
        return Rows(classes, one => one.Name, (svg, one, y) =>
        {
            double X(double tokens) => NameWidth + (Room * tokens / most);
            Distribution tokens = one.Tokens!;
            double middle = y + (Row / 2.0);
            svg.Append(Invariant($"<line class=\"axis\" x1=\"{X(tokens.Min):0.#}\" y1=\"{middle}\" x2=\"{X(tokens.Max):0.#}\" y2=\"{middle}\"/>"));
            svg.Append(Invariant($"<rect class=\"bar\" x=\"{X(tokens.Q10):0.#}\" y=\"{y + 5}\" width=\"{Math.Max(1, X(tokens.Q90) - X(tokens.Q10)):0.#}\" height=\"{Row - 10}\"><title>{tokens.Min:N0} · {tokens.Q10:N0} · {tokens.Median:N0} · {tokens.Q90:N0} · {tokens.Max:N0}</title></rect>"));
            svg.Append(Invariant($"<line class=\"median\" x1=\"{X(tokens.Median):0.#}\" y1=\"{y + 3}\" x2=\"{X(tokens.Median):0.#}\" y2=\"{y + Row - 3}\"/>"));
            svg.Append(Label(Width, y + 16, "end", Text.Of(Invariant($"median {tokens.Median:N0}"), Invariant($"中位数 {tokens.Median:N0}"))));
        });
    }

    static double Room => Width - NameWidth - ValueWidth;

    static string Rows<T>(IReadOnlyList<T> rows, Func<T, string> nameOf, Action<StringBuilder, T, int> draw)
    {
        StringBuilder svg = Begin(rows.Count * Row);
        for (int i = 0; i < rows.Count; i++)
        {
            svg.Append(Label(NameWidth - 8, (i * Row) + 16, "end", Short(nameOf(rows[i]))));
            draw(svg, rows[i], i * Row);
        }
        return End(svg);
    }

    // The middle of a surrogate pair is no place to cut.
    static string Short(string name)
    {
        const int most = 24;
        if (name.Length <= most)
            return name;
        return name[..(char.IsHighSurrogate(name[most - 1]) ? most - 1 : most)] + "…";
    }

    static StringBuilder Begin(int height) => new(Invariant($"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\">"));

    static string End(StringBuilder svg) => svg.Append("</svg>").ToString();

    static string Label(double x, double y, string anchor, string text) => Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{HtmlPage.Escaped(text)}</text>");
}
