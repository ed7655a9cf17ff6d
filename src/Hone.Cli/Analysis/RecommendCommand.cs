using System.CommandLine;
using System.Globalization;
using Hone.Data.Analysis.Reports;
using Hone.Data.Formats;

namespace Hone.Cli.Analysis;

/// <summary><c>hone recommend FILE --item ID</c>: rows like one, or like those that somebody has liked.</summary>
sealed class RecommendCommand
{
    readonly AnalysisInput _input = new();
    readonly AnalysisOutput _output = new();
    readonly Option<string[]> _items = new("--item") { Description = Text.Of("A row: its number as all analyses show it, from 1, or its text; may be given several times", "一行：各分析命令显示的行号（从 1 开始），或其文本；可多次给出"), HelpName = "ID" };
    readonly Option<string?> _history = new("--history") { Description = Text.Of("A text file with the rows that somebody liked, one per line, each as for --item or --id", "文本文件，每行写一个用户喜欢的条目，写法同 --item 或 --id"), HelpName = "FILE" };
    readonly Option<string?> _id = new("--id") { Description = Text.Of("The column that names a row", "标识一行的列"), HelpName = "COLUMN" };
    readonly Option<int> _count = SearchCommand.CreateCount();

    public static Command Create() => new RecommendCommand().CreateCommand();

    Command CreateCommand()
    {
        Command command = _input.AddTo(new Command("recommend", Text.Of("Find rows like others", "推荐与给定的行相近的行")));
        foreach (Option option in new Option[] { _items, _history, _id, _count })
            command.Add(option);
        _output.AddTo(command);
        command.Validators.Add(given =>
        {
            if (given.IsGiven(_items) == given.IsGiven(_history))
                given.AddError(Text.Of("Say what is liked: with --item, or with a list of items in a file, --history.", "请说明喜欢什么：用 --item，或用 --history 给出列表文件。"));
        });
        return command.Does(Run);
    }

    void Run(ParseResult parse, Output output, CancellationToken cancel)
    {
        string[] items = ItemsOf(parse);
        EmbeddedTexts texts = _input.Read(parse, _output, output, cancel);
        Func<string, int> find = FinderOf(texts, parse.GetValue(_id));
        int[] liked = [.. items.Select(find).Distinct()];
        foreach (int row in liked)
            output.Line(Text.Of($"row {row + 1}: {AnalysisScreen.Short(texts.Texts[row])}", $"第 {row + 1} 行：{AnalysisScreen.Short(texts.Texts[row])}"));

        var report = SearchReport.Recommend(texts, liked, parse.GetValue(_count));
        AnalysisScreen.Show(report, output);
        _output.Write(parse, texts, report, () => report.Map(texts, Text.Of("Recommended", "推荐"), liked), output, cancel);
        output.Json(ReportJson.Of(report));
    }

    string[] ItemsOf(ParseResult parse)
    {
        if (parse.GetValue(_history) is not { } path)
            return parse.GetValue(_items)!;
        string[] items = Utf8Text.Read(path).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return items.Length > 0 ? items : throw new HoneException(Text.Of($"{path} names no row. Write one per line.", $"{path} 中没有条目。请每行写一个。"));
    }

    /// <summary>Finds the row of a name: by its column where that is given, else by number or text.</summary>
    static Func<string, int> FinderOf(EmbeddedTexts texts, string? column)
    {
        if (column is not null && !texts.Rows.Any(row => row.Fields.TryGetProperty(column, out _)))
            throw new HoneException(Text.Of($"There is no column {column}. Name the column that says which row is which.", $"没有列 {column}。请指定用于标识行的列。"));
        Dictionary<string, int> rows = new(StringComparer.Ordinal);
        for (int row = texts.Count - 1; row >= 0; row--) // of rows with one name the first
            rows[column is null ? texts.Texts[row] : texts.Rows[row].Text(column)] = row;
        return id =>
        {
            bool isNumber = int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && column is null;
            int found = isNumber ? number - 1 : rows.GetValueOrDefault(id, -1);
            return found >= 0 && found < texts.Count ? found : throw new HoneException(column is null
                ? Text.Of($"There is no row {id}. Give a number from 1 to {texts.Count}, the text of a row, or name the column with --id.", $"没有条目 {id}。请给出 1 到 {texts.Count} 的序号、某行的文本，或用 --id 指定标识列。")
                : Text.Of($"No row has {id} in the column {column}.", $"列 {column} 中没有 {id}。"));
        };
    }
}
