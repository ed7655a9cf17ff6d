using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Data.Deduplication;
using Hone.Data.Mapping;
using Hone.Data.Pairs;
using Hone.Data.Sources;
using Hone.Data.Vectors;
using Hone.Engine.Embedding;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data dedupe FILE</c>: of rows that repeat one another, the first.</summary>
static class DedupeCommand
{
    const string Prompt = "prompt";
    const string All = "all";

    public static Command Create()
    {
        DataInput input = new();
        DataOutput target = new("_deduped");
        Option<string> by = new("--by") { Description = Text.Of("What must be the same: the instructions and the prompt, or the whole example", "什么相同才算重复：指令和提示，或整个样本"), HelpName = $"{Prompt}|{All}", DefaultValueFactory = _ => All };
        by.AcceptOnlyFromAmong(Prompt, All);
        Option<double?> near = NearOption.CreateOptional(Text.Of("Drop those too that are nearly the same: this similar", "相近的也去掉：相似度达到此值"));
        SemanticOption semantic = new(Text.Of("Drop those too that say the same in other words", "换种说法意思相同的也去掉"), hasCache: true);
        Option<string?> column = new("--column") { Description = Text.Of("With --semantic: compare the texts of this column; the rows keep all their columns (default: whole examples)", "与 --semantic 同用：比较此列的文本，各行保留所有列（默认比较整个样本）"), HelpName = "NAME" };
        Option<string?> dropped = new Option<string?>("--dropped") { Description = Text.Of("Write what was dropped here, with the line that it repeats", "把去掉的行写到这里，并注明与哪一行重复"), HelpName = "FILE.jsonl" }.ToFile();

        Command command = input.AddTo(new Command("dedupe", Text.Of("Keep the first of rows that repeat one another", "重复的数据只保留第一条")));
        command.Add(by);
        command.Add(near);
        semantic.AddTo(command);
        command.Add(column);
        command.Add(dropped);
        target.AddTo(command);
        input.AddRowsTo(command);
        command.Validators.Add(given =>
        {
            if (given.IsGiven(near) && semantic.IsGiven(given))
                given.AddError(Text.Of("Give --near (similar words) or --semantic (similar meaning), not both.", "--near（用词相近）和 --semantic（意思相近）只能给出一个。"));
            if (given.IsGiven(column) && !semantic.IsGiven(given))
                given.AddError(Text.Of("--column goes with --semantic.", "--column 须与 --semantic 同用。"));
            if (given.IsGiven(column) && given.IsGiven(by))
                given.AddError(Text.Of("Give --column or --by, not both.", "--column 和 --by 只能给出一个。"));
        });
        return command.Does((parse, output, cancel) =>
        {
            SourceFile source = input.Open(parse, output);
            string? compared = parse.GetValue(column);
            bool arePairs = PairReader.TextsIn(source.Columns) is not null;
            if (compared is not null && arePairs)
                throw new HoneException(Text.Of($"{source.Path} holds pairs of texts, which are compared by both texts, and --column names one. Leave it out.", $"{source.Path} 含文本对，按两个文本比较，而 --column 只指定一个。请去掉它。"));
            MappedRows rows = input.Rows(parse, source, output, compared is null ? null : [compared], keepsAll: compared is not null, keepsUnknown: semantic.IsGiven(parse.CommandResult));
            string path = target.PathOf(parse, source);
            string? droppedPath = parse.GetValue(dropped) is { Length: > 0 } given ? target.Free(parse, given, source, path, dropped.Name) : null;
            // A vector of a pair says nothing of each of its texts, and that of a row may be of another column.
            VectorFile? vectors = arePairs || compared is not null ? null : semantic.VectorsOf(parse, source);
            using EmbeddingModel? embedder = vectors is null ? semantic.Open(parse) : null;
            DedupeSettings settings = new()
            {
                ByPrompt = parse.GetValue(by) == Prompt,
                Column = compared,
                Similarity = semantic.IsGiven(parse.CommandResult) ? semantic.CosineOf(parse) : NearOption.Of(parse, near),
                Embed = vectors is not null ? (_, numbers) => SemanticOption.PointsOf(vectors, numbers, output, cancel)
                    : embedder is not null ? (texts, _) => semantic.EmbedOnce(parse, embedder, source.Path, texts, output, cancel)
                    : null,
            };

            DedupeResult result = RepeatedRows.Find(rows, settings, cancel).Write(rows, path, droppedPath, cancel);
            Report(result, path, droppedPath, rows, output);
        });
    }

    static void Report(DedupeResult result, string path, string? droppedPath, MappedRows rows, Output output)
    {
        foreach (string sentence in rows.Empty.Sentences())
            output.Notice(sentence, null);
        output.Line(Text.Of($"{path}: {Text.Counted(result.Kept, "row")} kept, {result.Dropped:N0} dropped", $"{path}：保留 {result.Kept:N0} 行，去掉 {result.Dropped:N0} 行"));
        if (result.Near > 0)
            output.Line(Text.Of($"{result.Near:N0} of the dropped rows were nearly the same as an earlier one.", $"去掉的行中有 {result.Near:N0} 行与前面的行相近。"));
        if (droppedPath is not null)
            output.Line(Text.Of($"{droppedPath}: what was dropped", $"{droppedPath}：去掉的行"));
        output.Json(new JsonObject
        {
            ["path"] = Path.GetFullPath(path),
            ["kept"] = result.Kept,
            ["dropped"] = result.Dropped,
            ["near"] = result.Near,
            ["dropped_path"] = droppedPath is null ? null : Path.GetFullPath(droppedPath),
        });
    }
}
