using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Hone.Cli.Embedding;
using Hone.Data.Analysis;
using Hone.Data.Embedding;
using Hone.Data.Sources;
using Hone.Data.Vectors;
using Hone.Engine.Embedding;
using Hone.Server.Models;

namespace Hone.Cli.DataSets;

/// <summary><c>--semantic</c> and the model that it takes: texts are compared by what they say, whatever their words.</summary>
sealed class SemanticOption
{
    const int TextsAtOnce = 512;

    /// <summary>The texts of a column have another file (FILE.vectors), so that neither takes the place of the other.</summary>
    const string CacheEnding = ".dedupe.vectors";

    readonly Option<double?> _cosine;
    readonly Option<string> _model = ModelArgument.CreateOption(EmbedCommand.DefaultModel);
    readonly Option<string> _data = DataFolderOption.Create();
    readonly Option<string?> _cache = new Option<string?>("--cache") { Description = Text.Of($"With --semantic: where the vectors are kept for the next time (default: FILE{CacheEnding})", $"与 --semantic 同用：保存向量以供下次使用的文件（默认：FILE{CacheEnding}）"), HelpName = "FILE" }.ToFile();
    readonly bool _hasCache;

    /// <param name="description">What it does, up to the cosine.</param>
    /// <param name="hasCache">Whether the vectors can be kept for the next time.</param>
    public SemanticOption(string description, bool hasCache = false)
    {
        _hasCache = hasCache;
        _cosine = new Option<double?>("--semantic")
        {
            Description = description + Text.Of($": with this cosine of their vectors (default: {SemanticRepeats.DefaultSimilarity})", $"：向量余弦达到此值（默认：{SemanticRepeats.DefaultSimilarity}）"),
            HelpName = "N",
            Arity = ArgumentArity.ZeroOrOne,
        }
            .WithoutComma()
            .Within(value => value is null or (> 0 and <= 1), Text.Of("--semantic must be more than 0, and at most 1.", "--semantic 必须大于 0，且不超过 1。"));
    }

    public IReadOnlyList<Option> Options => _hasCache ? [_cosine, _model, _data, _cache] : [_cosine, _model, _data];

    public void AddTo(Command command)
    {
        foreach (Option option in Options)
            command.Add(option);
        command.Validators.Add(given =>
        {
            if (given.IsGiven(_model) && !IsGiven(given))
                given.AddError(Text.Of("--model goes with --semantic.", "--model 须与 --semantic 同用。"));
            if (_hasCache && given.IsGiven(_cache) && !IsGiven(given))
                given.AddError(Text.Of("--cache goes with --semantic.", "--cache 须与 --semantic 同用。"));
        });
    }

    public bool IsGiven(CommandResult given) => given.IsGiven(_cosine);

    /// <summary>From which cosine on texts say the same.</summary>
    public double CosineOf(ParseResult parse) => parse.GetValue(_cosine) ?? SemanticRepeats.DefaultSimilarity;

    /// <summary>The model; null where the option is not given.</summary>
    public EmbeddingModel? Open(ParseResult parse) => IsGiven(parse.CommandResult) ? EmbeddingModel.Open(EmbedCommand.FindModel(DataFolderOption.ModelsOf(parse), parse.GetRequiredValue(_model)).Folder) : null;

    /// <summary>The vectors that a file has already in the column that hone embed writes; null where it has none, or another model is asked for.</summary>
    public VectorFile? VectorsOf(ParseResult parse, SourceFile source) =>
        IsGiven(parse.CommandResult) && !parse.CommandResult.IsGiven(_model) && source.Columns.Contains(VectorWriter.Column) ? VectorFile.Of(source, VectorWriter.Column) : null;

    /// <summary>The vectors of rows of a file.</summary>
    /// <param name="numbers">Of the rows in the file, from 1 and rising.</param>
    /// <exception cref="HoneException">A row has no vector, or the file is another than before.</exception>
    public static Points PointsOf(VectorFile file, IReadOnlyList<int> numbers, Output output, CancellationToken cancel)
    {
        UnitPoints points = new(numbers.Count);
        int next = 0;
        foreach (VectorRow row in file.Read())
        {
            cancel.ThrowIfCancellationRequested();
            if (next == numbers.Count)
                break;
            if (row.Number != numbers[next])
                continue;
            points.Add(row.Vector, () => Text.Of($"{file.Path}, line {row.Line}", $"{file.Path} 第 {row.Line} 行"));
            next++;
        }
        if (next < numbers.Count)
            throw new HoneException(Text.Of($"{file.Path} changed while it was read. Run again when nobody writes it.", $"{file.Path} 在读取过程中发生了变化。请在无人写入时重新运行。"));
        string of = file.Model is { } model ? Text.Of($" by {model}", $"（{model}）") : "";
        string texts = file.Model?.Texts is { } template ? Text.Of($", of {template}", $"，取自 {template}") : "";
        output.Line(Text.Of(
            $"{file.Path}: its own {Text.Counted(next, "vector")}{of}{texts} are compared; --model embeds the texts anew",
            $"{file.Path}：比较文件自带的 {next:N0} 个向量{of}{texts}；用 --model 可重新嵌入文本"));
        output.Json(new JsonObject { ["vectors"] = next, ["model"] = file.Model?.ToString(), ["texts"] = file.Model?.Texts });
        return points.Take();
    }

    /// <summary>The vectors of texts, none of them empty; says how far it is.</summary>
    public static float[][] Embed(EmbeddingModel model, IReadOnlyList<string> texts, Output output, CancellationToken cancel)
    {
        SayWindows(model, texts, output);
        using Progress progress = new(output, texts.Count);
        List<float[]> vectors = new(texts.Count);
        foreach (string[] part in texts.Chunk(TextsAtOnce))
        {
            vectors.AddRange(TextVectors.Of(model, part, tooLong: TooLong.Window, cancel: cancel));
            progress.Report(vectors.Count, "");
        }
        return [.. vectors];
    }

    /// <summary>The same, and keeps them for the next time.</summary>
    /// <param name="file">The texts are from.</param>
    public Points EmbedOnce(ParseResult parse, EmbeddingModel model, string file, IReadOnlyList<string> texts, Output output, CancellationToken cancel)
    {
        ModelRegistry models = DataFolderOption.ModelsOf(parse);
        string fingerprint = models.Fingerprint(EmbedCommand.FindModel(models, parse.GetRequiredValue(_model)));
        using var journal = VectorJournal.Open(parse.GetValue(_cache) ?? file + CacheEnding, $"{fingerprint}\n{model.DefaultPrompt}", model.Dimensions);
        int windows = SayWindows(model, texts, output);
        Points points;
        long kept;
        using (Progress progress = new(output, texts.Count))
            points = new JournalFilling(model, TooLong.Window).Points(texts, journal, done => progress.Report(done, ""), out kept, cancel);
        output.Line(Text.Of($"{Text.Counted(texts.Count, "text")} embedded, {kept:N0} of them from {journal.Path}", $"嵌入 {texts.Count:N0} 个文本，其中 {kept:N0} 个取自 {journal.Path}"));
        output.Json(new JsonObject { ["embedded"] = texts.Count, ["windowed"] = windows, ["cache"] = journal.Path, ["cached"] = kept });
        return points;
    }

    /// <summary>How many texts are longer than the model reads, which is said.</summary>
    static int SayWindows(EmbeddingModel model, IReadOnlyList<string> texts, Output output)
    {
        int windows = texts.Count(text => TextVectors.Tokens(model, [text], prompt: null)[0].Length > model.RoomForText);
        if (windows > 0)
            output.Notice(Text.Of(
                $"{Text.Counted(windows, "text is", "texts are")} longer than the {model.RoomForText} tokens that the model reads at once: compared is the mean of their parts.",
                $"{windows:N0} 个文本超过模型一次读取的 {model.RoomForText} 个词元：比较的是其各部分的均值。"), null);
        return windows;
    }
}
