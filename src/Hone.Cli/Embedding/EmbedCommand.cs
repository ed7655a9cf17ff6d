using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Hone.Cli.DataSets;
using Hone.Data.Embedding;
using Hone.Data.Sources;
using Hone.Data.Vectors;
using Hone.Engine.Embedding;
using Hone.Server.Models;

namespace Hone.Cli.Embedding;

/// <summary><c>hone embed FILE --column C</c>: a vector for each row of a file.</summary>
sealed class EmbedCommand
{
    public const string DefaultModel = "hone-embed";

    const string UsualFormat = "csv";

    readonly DataInput _input = new();
    readonly DataOutput _target = new("_embedded", UsualFormat);
    readonly Option<string?> _column = new Option<string?>("--column", "-c") { Description = Text.Of("The column with the texts", "文本所在的列"), HelpName = "NAME" }
        .Within(name => name is not "", Text.Of("--column must not be empty.", "--column 不能为空。"));
    readonly Option<string?> _text = new("--text") { Description = Text.Of("A text of several columns, in braces: '{Summary} {Text}'", "由多列组成的文本，列写在花括号中：'{Summary} {Text}'"), HelpName = "TEXT" };
    readonly Option<string> _model = ModelArgument.CreateOption(DefaultModel);
    readonly Option<int?> _dimensions = PositiveOption.CreateOptional("--dimensions", Text.Of("Shorter vectors: their first numbers, made of length 1 again", "更短的向量：取前若干维并重新归一化"));
    readonly Option<TooLong> _tooLong = CreateTooLong();
    readonly Option<string?> _prompt = new("--prompt") { Description = Text.Of("The model's own prompt before each text, such as query", "每个文本前加上的模型自带提示，如 query"), HelpName = "NAME" };

    public static Command Create() => new EmbedCommand().CreateCommand();

    /// <summary><c>--too-long</c>: what happens to texts with more tokens than the model reads.</summary>
    public static Option<TooLong> CreateTooLong() => new Option<TooLong>("--too-long")
    {
        Description = Text.Of("For texts longer than the model reads: an error, the mean of their parts, or a cut", "文本超过模型长度时：报错、取各部分均值或截断"),
        HelpName = "error|window|truncate",
    }.ByName();

    /// <summary>As <see cref="FindModel(ModelRegistry, string)"/>; of a name that stands for another model this is said.</summary>
    public static ModelEntry FindModel(ModelRegistry models, string name, Output output)
    {
        ModelEntry entry = FindModel(models, name);
        if (models.StandInOf(name) is not null)
            output.Notice(Text.Of(
                $"{name} stands for {entry.Id} here: its vectors are those of {entry.Id}, and cannot be compared with vectors that a model of that name made elsewhere, such as OpenAI's.",
                $"{name} 在此代表 {entry.Id}：向量由 {entry.Id} 生成，不能与其他地方（如 OpenAI）的同名模型生成的向量比较。"), null);
        return entry;
    }

    /// <summary>The embedding model of a name.</summary>
    /// <exception cref="HoneException">There is none, or it makes no embeddings.</exception>
    public static ModelEntry FindModel(ModelRegistry models, string name)
    {
        ModelEntry entry = models.Find(name);
        return entry.IsAdapter
            ? throw new HoneException(Text.Of($"{entry.Id} is an adapter, and makes no embeddings. Name an embedding model, such as {DefaultModel}.", $"{entry.Id} 是适配器，不能生成向量。请指定向量模型，如 {DefaultModel}。"))
            : entry;
    }

    Command CreateCommand()
    {
        Command command = _input.AddTo(new Command("embed", Text.Of("Turn the texts of a file into vectors", "把文件中的文本转换为向量")), hasMapping: false);
        foreach (Option option in new Option[] { _column, _text, _model, _dimensions, _tooLong, _prompt, _input.SkipEmpty, DataFolderOption.Create() })
            command.Add(option);
        _target.AddTo(command);
        command.Validators.Add(Check);
        return command.Does(Run);
    }

    void Check(CommandResult given)
    {
        if (given.GetValue(_column) is null == given.GetValue(_text) is null)
            given.AddError(Text.Of("Give the texts' column with --column, or several in braces with --text.", "请用 --column 指定文本列，或用 --text 以花括号写出多列。"));
        if (_target.Given(given) is { } path)
            given.AddProblemOf(() => VectorWriter.RequireFormat(path));
    }

    void Run(ParseResult parse, Output output, CancellationToken cancel)
    {
        ModelRegistry models = DataFolderOption.ModelsOf(parse);
        ModelEntry entry = FindModel(models, parse.GetRequiredValue(_model), output);
        SourceFile source = _input.Open(parse, output);
        RowTexts texts = new(source, parse.GetValue(_column) ?? parse.GetRequiredValue(_text)!, isTemplate: parse.GetValue(_text) is not null);
        // The name decides the format, so it promises no other.
        string path = _target.PathOf(parse, [source], _target.Given(parse.CommandResult) is { } given ? Path.GetExtension(given)[1..].ToLowerInvariant() : UsualFormat);
        using var model = EmbeddingModel.Open(entry.Folder);
        EmbeddingRun run = new(texts, model, new EmbeddingOptions
        {
            Dimensions = parse.GetValue(_dimensions),
            TooLong = parse.GetValue(_tooLong),
            Prompt = parse.GetValue(_prompt),
            SkipsEmpty = parse.GetValue(_input.SkipEmpty),
        });

        EmbeddingCounts counts = run.Count(cancel);
        foreach (string column in counts.Columns.Where(VectorWriter.IsOwn))
            output.Notice(Text.Of($"The column {column} of {source.Path} is replaced.", $"{source.Path} 的列 {column} 将被替换。"), null);
        if (run.Dimensions < model.Dimensions && ShortVectors.NoticeOf(entry, run.Dimensions) is { } notice)
            output.Notice(notice, null);
        using var journal = VectorJournal.Open(path + ".journal", $"{models.Fingerprint(entry)}\n{run.Settings}", run.Dimensions);
        SayWhatIsKept(journal, output);
        long kept = Embed(run, journal, counts, output, cancel);
        using (var writer = VectorWriter.Create(path, counts.Columns, run.Dimensions, models.VectorModelOf(entry) with { Texts = texts.Description }))
            run.Write(writer, journal, cancel);
        journal.Delete();
        Report(path, entry, run, counts, kept, output);
    }

    static void SayWhatIsKept(VectorJournal journal, Output output)
    {
        if (journal.WasOther)
            output.Notice(Text.Of($"{journal.Path} was of a run with another model or other settings and is begun anew.", $"{journal.Path} 来自使用其他模型或设置的运行，将重新开始。"), null);
        else if (journal.Count > 0)
            output.Notice(Text.Of($"{Text.Counted(journal.Count, "vector of an earlier run is", "vectors of an earlier run are")} in {journal.Path}: nothing is computed twice.", $"{journal.Path} 中有之前运行的 {journal.Count} 个向量：不会重新计算。"), null);
    }

    /// <summary>Computes the vectors that the journal lacks and shows how far it is. Where it is stopped, what it has is kept and that is said.</summary>
    /// <returns>How many vectors the journal had.</returns>
    public static long Embed(EmbeddingRun run, VectorJournal journal, EmbeddingCounts counts, Output output, CancellationToken cancel)
    {
        using Progress progress = new(output, counts.Rows);
        try
        {
            return run.Embed(journal, done => progress.Report(done, ""), cancel);
        }
        catch (OperationCanceledException stop)
        {
            progress.Dispose();
            throw new HoneException(Text.Of($"Stopped. {Text.Counted(journal.Count, "vector is", "vectors are")} kept in {journal.Path}: the same command goes on from there.", $"已停止。{journal.Count} 个向量保存在 {journal.Path}：运行同一命令即可继续。"), stop);
        }
    }

    static void Report(string path, ModelEntry entry, EmbeddingRun run, EmbeddingCounts counts, long kept, Output output)
    {
        output.Line(Text.Of($"{path}: {Text.Counted(counts.Rows, "vector")} of {run.Dimensions} numbers by {entry.Id}, {Text.Counted(counts.Tokens, "token")}", $"{path}：{counts.Rows:N0} 个 {run.Dimensions} 维向量，模型 {entry.Id}，{counts.Tokens:N0} 个词元"));
        if (counts.TooLong.Count > 0)
            output.Line(run.LongTexts(counts));
        if (counts.Empty.Count > 0)
            output.Line(Text.Of($"left out, without a text: {counts.Empty}", $"没有文本而略去：{counts.Empty}"));
        output.Json(new JsonObject
        {
            ["path"] = Path.GetFullPath(path),
            ["model"] = entry.Id,
            ["dimensions"] = run.Dimensions,
            ["rows"] = counts.Rows,
            ["tokens"] = counts.Tokens,
            ["windowed"] = run.CutsLongTexts ? 0 : counts.TooLong.Count,
            ["truncated"] = run.CutsLongTexts ? counts.TooLong.Count : 0,
            ["skipped"] = counts.Empty.Count,
            ["resumed"] = kept,
        });
    }
}
