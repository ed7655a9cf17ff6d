using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Corpora;
using Hone.Data.Formats;
using Hone.Data.Pairs;
using Hone.Data.Quality;
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
            .Within(count => count > 0, Text.Of($"--max must be from 1 to {int.MaxValue:N0}.", $"--max 须在 1 到 {int.MaxValue:N0} 之间。"));

        Option<string?> score = new Option<string?>("--score") { Description = Text.Of("Column of tables that says how alike the two texts are: makes scored pairs", "表格中表示两个文本相似程度的列：生成带分数的文本对"), HelpName = "NAME" };
        Option<string?> negative = new Option<string?>("--negative") { Description = Text.Of("Column of tables with a text that only looks as if it belonged to the first: makes triplets", "表格中只是看似与第一个文本匹配的文本列：生成三元组"), HelpName = "NAME" };

        Option<string?> anchor = new Option<string?>("--anchor") { Description = Text.Of("Column of tables with the first text (default: the first column that no option names)", "表格中第一个文本所在的列（默认未被其他选项指定的第一列）"), HelpName = "NAME" };
        Option<string?> positive = new Option<string?>("--positive") { Description = Text.Of("Column of tables with the text that belongs to it (default: the next column)", "表格中与之匹配的文本列（默认下一列）"), HelpName = "NAME" };

        Option<double> dropout = new Option<double>("--word-dropout")
        {
            Description = Text.Of(
                "How many of the sentences of text, 0 to 1, also make a pair with what is left of them when some of their words are left out: teaches to find a text by its words",
                "文本中多少比例（0 到 1）的句子还与去掉部分词语后的自身组成一对：教模型按词语找到文本"),
            HelpName = "SHARE",
        }.Within(share => share is >= 0 and <= 1, Text.Of("--word-dropout must lie between 0 and 1.", "--word-dropout 必须在 0 到 1 之间。"));

        Option<bool> force = DataOutput.CreateForce();
        DataInput input = new();
        Command command = new("pairs", Text.Of("Take pairs of texts that belong together from plain text or tables", "从纯文本或表格中提取成对文本")) { corpora, output, most, anchor, positive, score, negative, dropout, force };
        input.AddReadingTo(command);
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
            SourceFile?[] tables = [.. read.Select(corpus => input.IsTable(parse, corpus) ? input.Open(parse, corpus, to) : null)];
            Option[] onlyForTables = [anchor, positive, score, negative, .. input.HowTablesAreRead];
            if (tables.Contains(null) && onlyForTables.FirstOrDefault(parse.CommandResult.IsGiven) is { } option)
                throw new HoneException(Text.Of(
                    $"{read[Array.IndexOf(tables, null)]} is read as plain text, and {option.Name} is for tables. Leave it out, or name the format with --format.",
                    $"{read[Array.IndexOf(tables, null)]} 按纯文本读取，而 {option.Name} 用于表格。请去掉它，或用 --format 指定格式。"));
            if (tables.All(table => table is not null))
                input.RequireUse(parse, tables!);
            if (parse.CommandResult.IsGiven(dropout) && !tables.Contains(null))
                throw new HoneException(Text.Of("--word-dropout is for sentences of text, and all files given are tables. Leave it out.", "--word-dropout 用于文本中的句子，而给出的文件都是表格。请去掉它。"));
            WordDropout words = new(parse.GetValue(dropout));
            foreach ((string corpus, SourceFile? table) in read.Zip(tables))
            {
                long before = writer.Count;
                TablePairs? pairs = table is null ? null : new TablePairs(table, parse.GetValue(anchor), parse.GetValue(positive), parse.GetValue(score), parse.GetValue(negative));
                if (pairs is not null)
                    to.Line(Text.Of($"{corpus}: pairs of the columns {SourceNotes.List(pairs.Columns)}", $"{corpus}：由列 {SourceNotes.List(pairs.Columns)} 组成文本对"));
                foreach (JsonObject pair in (pairs?.Read() ?? OfText(corpus, words, to.Input)).Take(parse.GetValue(most)))
                {
                    cancel.ThrowIfCancellationRequested();
                    writer.Write(JsonSerializer.SerializeToElement(pair));
                }
                if (pairs is not null)
                    Say(pairs, corpus, to);
                to.Line(Text.Of($"{corpus}: {Text.Counted(writer.Count - before, "pair")}", $"{corpus}：{writer.Count - before:N0} 对"));
            }
            if (writer.Count == 0)
                throw new HoneException(Text.Of("There is nothing to write: no pairs were found.", "没有可写入的内容：没有找到成对文本。"));
            writer.Keep();
            to.Json(new JsonObject { ["path"] = Path.GetFullPath(path), ["pairs"] = writer.Count });
        });
    }

    /// <summary>Says what of a table is in no pair.</summary>
    static void Say(TablePairs pairs, string path, Output output)
    {
        foreach (string sentence in pairs.Empty.Sentences())
            output.Line($"{path}{Text.Of(": ", "：")}{sentence}");
        if (pairs.WithoutNegative > 0)
            output.Line(Text.Of($"{path}: {Text.Counted(pairs.WithoutNegative, "row")} without {pairs.Negative} became a pair alone", $"{path}：{pairs.WithoutNegative:N0} 行的 {pairs.Negative} 为空，只写成文本对"));
        if (pairs.Unused.Count > 0)
            output.Line(Text.Of($"{path}: not used: {SourceNotes.List(pairs.Unused)}", $"{path}：未使用 {SourceNotes.List(pairs.Unused)}"));
        if (pairs is { Score: null, Negative: null, LabelLike: [var label, ..] })
            output.Notice(Text.Of(
                $"{path}: {label} holds only 0 and 1, as a label does that says which texts belong together. Without it all rows teach that their texts do; --score {ShellWord.Of(label)} makes scored pairs of them.",
                $"{path}：{label} 只含 0 和 1，像是说明两个文本是否匹配的标签。不使用它时，每一行都被当作匹配；--score {ShellWord.Of(label)} 可生成带分数的文本对。"), null);
        else if (pairs is { Score: null, Negative: null, ScoreLike: [var score, ..] })
            output.Notice(Text.Of(
                $"{path}: {score} holds only numbers from 0 to 5, as a score does that says how alike two texts are. Without it all rows teach that their texts belong together; --score {ShellWord.Of(score)} makes scored pairs of them.",
                $"{path}：{score} 只含 0 到 5 的数，像是说明两个文本相似程度的分数。不使用它时，每一行都被当作匹配；--score {ShellWord.Of(score)} 可生成带分数的文本对。"), null);
        if (pairs is { Score: null, Negative: null, NegativeLike: [var negative, ..] })
            output.Notice(Text.Of(
                $"{path}: {negative} is named as texts are that only look as if they belonged to the first; --negative {ShellWord.Of(negative)} makes triplets with them.",
                $"{path}：{negative} 的列名像是只是看似匹配的文本；--negative {ShellWord.Of(negative)} 可生成三元组。"), null);
    }

    static IEnumerable<JsonObject> OfText(string path, WordDropout dropout, TextReader standardInput) =>
        CorpusReader.Read(path, standardInput).SelectMany(document => CorpusPairs.Of(document, dropout)).Select(pair => new JsonObject { ["anchor"] = pair.Anchor, ["positive"] = pair.Positive });
}
