using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Corpora;
using Hone.Data.Formats;
using Hone.Data.Pairs;
using Hone.Data.Sources;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data pairs CORPUS…</c>: pairs of texts for an embedding model.</summary>
static class PairsCommand
{
    public static Command Create()
    {
        Argument<string[]> corpora = new("CORPUS")
        {
            Description = Text.Of(
                "Text files (or .gz) with documents separated by a line <|endofdoc|>, the title first; or tables in any format that convert reads, whose first two columns are pairs",
                "文本文件（可为 .gz），文档之间以一行 <|endofdoc|> 分隔，首行为标题；或 convert 能读的任何格式的表格，前两列为一对"),
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> output = new Option<string>("--output", "-o") { Description = Text.Of("File to write", "输出文件"), HelpName = "FILE", Required = true }.NotEmpty().ToFile();
        Option<int> most = new Option<int>("--max") { Description = Text.Of("Pairs of each corpus at most", "每个语料最多取多少对"), HelpName = "N", DefaultValueFactory = _ => int.MaxValue }
            .Within(count => count > 0, Text.Of("--max must be 1 or more.", "--max 必须不小于 1。"));

        Option<string?> score = new Option<string?>("--score") { Description = Text.Of("Column of tables that says how alike the two texts are: makes scored pairs", "表格中表示两个文本相似程度的列：生成带分数的文本对"), HelpName = "NAME" };
        Option<string?> negative = new Option<string?>("--negative") { Description = Text.Of("Column of tables with a text that only looks as if it belonged to the first: makes triplets", "表格中只是看似与第一个文本匹配的文本列：生成三元组"), HelpName = "NAME" };

        Option<bool> force = DataOutput.CreateForce();
        Command command = new("pairs", Text.Of("Take pairs of texts that belong together from plain text or tables", "从纯文本或表格中提取成对文本")) { corpora, output, most, score, negative, force };
        command.Validators.Add(given =>
        {
            if (given.GetValue(score) is not null && given.GetValue(negative) is not null)
                given.AddError(Text.Of("Give --score or --negative, not both.", "--score 和 --negative 只能给出一个。"));
        });
        return command.Does((parse, to, cancel) =>
        {
            string path = parse.GetValue(output)!;
            string[] read = parse.GetValue(corpora)!;
            foreach (string corpus in read)
                DataOutput.Free(path, corpus, parse.GetValue(force), "--output");
            DataOutput.RequireName(path);
            using JsonLinesWriter writer = new(path);
            foreach (string corpus in read)
            {
                long before = writer.Count;
                foreach (JsonObject pair in PairsOf(corpus, to.Input, parse.GetValue(score), parse.GetValue(negative)).Take(parse.GetValue(most)))
                {
                    cancel.ThrowIfCancellationRequested();
                    writer.Write(JsonSerializer.SerializeToElement(pair));
                }
                to.Line(Text.Of($"{corpus}: {Text.Counted(writer.Count - before, "pair")}", $"{corpus}：{writer.Count - before:N0} 对"));
            }
            if (writer.Count == 0)
                throw new HoneException(Text.Of("There is nothing to write: no pairs were found.", "没有可写入的内容：没有找到成对文本。"));
            writer.Keep();
            to.Json(new JsonObject { ["path"] = Path.GetFullPath(path), ["pairs"] = writer.Count });
        });
    }

    static IEnumerable<JsonObject> PairsOf(string corpus, TextReader standardInput, string? score, string? negative)
    {
        string name = corpus.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? corpus[..^3] : corpus;
        bool isTable = SourceFile.FormatOfName(name) is not (null or "txt");
        if (!isTable && (score ?? negative) is not null)
            throw new HoneException(Text.Of($"{corpus} is no table, and has no column {score ?? negative}.", $"{corpus} 不是表格，没有列 {score ?? negative}。"));
        return isTable
            ? OfTable(corpus, score, negative)
            : CorpusReader.Read(corpus, standardInput).SelectMany(CorpusPairs.Of).Select(pair => new JsonObject { ["anchor"] = pair.Anchor, ["positive"] = pair.Positive });
    }

    /// <summary>The first two columns, with one of the others where it is named.</summary>
    static IEnumerable<JsonObject> OfTable(string path, string? score, string? negative)
    {
        var source = SourceFile.Open(path);
        if (source.Columns.Count < 2)
            throw new HoneException(Text.Of($"{path} has {Text.Counted(source.Columns.Count, "column")}; two are needed for pairs.", $"{path} 只有 {source.Columns.Count} 列；成对文本需要两列。"));
        if ((score ?? negative) is { } third && !source.Columns.Contains(third))
            throw new HoneException(Text.Of($"{path} has no column {third}. It has: {string.Join(", ", source.Columns)}.", $"{path} 没有列 {third}。现有：{string.Join("、", source.Columns)}。"));
        foreach (JsonLine row in source.Read())
        {
            (string first, string second) = (Cell(row, source.Columns[0]), Cell(row, source.Columns[1]));
            if (first.Length == 0 || second.Length == 0)
                continue;
            if (score is not null)
                yield return new JsonObject { ["sentence1"] = first, ["sentence2"] = second, ["score"] = Number(row, score, path) };
            else if (negative is null)
                yield return new JsonObject { ["anchor"] = first, ["positive"] = second };
            else if (Cell(row, negative) is { Length: > 0 } other)
                yield return new JsonObject { ["anchor"] = first, ["positive"] = second, ["negative"] = other };
        }
    }

    static double Number(JsonLine row, string column, string path) =>
        double.TryParse(Cell(row, column), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new HoneException(Text.Of($"{path}: line {row.Line}, column {column}: this is no number.", $"{path}：第 {row.Line} 行，列 {column}：不是数。"));

    static string Cell(JsonLine row, string column) =>
        !row.Value.TryGetProperty(column, out JsonElement value) ? "" : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.Trim(),
            JsonValueKind.Null => "",
            _ => value.GetRawText(),
        };
}
