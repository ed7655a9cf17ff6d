using System.CommandLine;
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

        Command command = new("pairs", Text.Of("Take pairs of texts that belong together from plain text or tables", "从纯文本或表格中提取成对文本")) { corpora, output, most };
        return command.Does((parse, to, cancel) =>
        {
            string path = parse.GetValue(output)!;
            using JsonLinesWriter writer = new(path);
            foreach (string corpus in parse.GetValue(corpora)!)
            {
                long before = writer.Count;
                foreach ((string anchor, string positive) in PairsOf(corpus, to.Input).Take(parse.GetValue(most)))
                {
                    cancel.ThrowIfCancellationRequested();
                    writer.Write(JsonSerializer.SerializeToElement(new JsonObject { ["anchor"] = anchor, ["positive"] = positive }));
                }
                to.Line(Text.Of($"{corpus}: {writer.Count - before:N0} pairs", $"{corpus}：{writer.Count - before:N0} 对"));
            }
            if (writer.Count == 0)
                throw new HoneException(Text.Of("There is nothing to write: no pairs were found.", "没有可写入的内容：没有找到成对文本。"));
            writer.Keep();
            to.Json(new JsonObject { ["path"] = Path.GetFullPath(path), ["pairs"] = writer.Count });
        });
    }

    static IEnumerable<(string Anchor, string Positive)> PairsOf(string corpus, TextReader standardInput)
    {
        string name = corpus.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? corpus[..^3] : corpus;
        bool isTable = SourceFile.FormatOfName(name) is not (null or "txt");
        return isTable ? FirstColumns(corpus) : CorpusReader.Read(corpus, standardInput).SelectMany(CorpusPairs.Of);
    }

    static IEnumerable<(string Anchor, string Positive)> FirstColumns(string path)
    {
        var source = SourceFile.Open(path);
        if (source.Columns.Count < 2)
            throw new HoneException(Text.Of($"{path} has {source.Columns.Count} column; two are needed for pairs.", $"{path} 只有 {source.Columns.Count} 列；成对文本需要两列。"));
        foreach (JsonLine row in source.Read())
        {
            (string anchor, string positive) = (Cell(row, source.Columns[0]), Cell(row, source.Columns[1]));
            if (anchor.Length > 0 && positive.Length > 0)
                yield return (anchor, positive);
        }
    }

    static string Cell(JsonLine row, string column) => row.Value.TryGetProperty(column, out JsonElement value) ? value.GetString()?.Trim() ?? "" : "";
}
