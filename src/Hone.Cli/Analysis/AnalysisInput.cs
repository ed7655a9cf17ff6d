using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Cli.DataSets;
using Hone.Cli.Embedding;
using Hone.Data.Analysis.Reports;
using Hone.Data.Embedding;
using Hone.Data.Formats;
using Hone.Data.Sources;
using Hone.Data.Vectors;
using Hone.Engine.Embedding;
using Hone.Server.Models;

namespace Hone.Cli.Analysis;

/// <summary>What every command that analyses vectors is told about its file: vectors with what stands beside them, or texts that are embedded first.</summary>
sealed class AnalysisInput
{
    const string CacheEnding = ".vectors";

    /// <summary>So many rows tell which column holds the texts.</summary>
    const int SampledRows = 100;

    readonly DataInput _input = new();
    readonly Option<string?> _column = new Option<string?>("--column", "-c") { Description = Text.Of("The column with the texts, which a file without vectors needs (default beside vectors: what they were made of, or the longest texts)", "文本所在的列，没有向量的文件必须指定（已有向量时默认取生成向量所用的列，不详时取文本最长的列）"), HelpName = "NAME" }
        .Within(name => name is not "", Text.Of("--column must not be empty.", "--column 不能为空。"));
    readonly Option<string?> _text = new("--text") { Description = Text.Of("A text of several columns, in braces: '{Summary} {Text}'", "由多列组成的文本，列写在花括号中：'{Summary} {Text}'"), HelpName = "TEXT" };
    readonly Option<string?> _vectors = new("--vectors") { Description = Text.Of("The column with the vectors, where several hold lists", "向量所在的列，用于多列含有列表时"), HelpName = "NAME" };
    readonly Option<string> _model = ModelArgument.CreateOption(EmbedCommand.DefaultModel);
    readonly Option<TooLong> _tooLong = EmbedCommand.CreateTooLong();
    readonly Option<string> _data = DataFolderOption.Create();
    readonly Option<string?> _cache = new Option<string?>("--cache") { Description = Text.Of($"Where the vectors of texts are kept for the next time (default: FILE{CacheEnding})", $"保存文本向量以供下次使用的文件（默认：FILE{CacheEnding}）"), HelpName = "FILE" }.ToFile();

    /// <summary>Adds the file and the options of reading and embedding it.</summary>
    public Command AddTo(Command command)
    {
        _input.AddTo(command, hasMapping: false);
        foreach (Option option in new Option[] { _column, _text, _vectors, _model, _tooLong, _cache, _input.SkipEmpty, _data })
            command.Add(option);
        command.Validators.Add(given =>
        {
            if (given.GetValue(_column) is not null && given.GetValue(_text) is not null)
                given.AddError(Text.Of("Give --column or --text, not both.", "--column 和 --text 只能给出一个。"));
        });
        return command;
    }

    /// <summary>The file that is analysed.</summary>
    public string PathOf(ParseResult parse) => parse.GetRequiredValue(_input.File);

    /// <summary>Reads the vectors of the file, or embeds its texts, and says which.</summary>
    /// <param name="target">Refuses files that exist after the columns are known and before anything takes time.</param>
    /// <param name="labels">The column whose values all rows that are embedded must have: that is known before it takes time.</param>
    public EmbeddedTexts Read(ParseResult parse, AnalysisOutput target, Output output, CancellationToken cancel, LabelColumn? labels = null) => Read(parse, PathOf(parse), null, target, labels, output, cancel);

    /// <summary>Reads another file in the same way, and by the model of the first.</summary>
    public EmbeddedTexts ReadOther(ParseResult parse, string path, EmbeddedTexts first, Output output, CancellationToken cancel)
    {
        EmbeddedTexts other = Read(parse, path, first, null, null, output, cancel);
        if ((first.Model is null) != (other.Model is null))
        {
            RequireNoStandIn(parse, DataFolderOption.ModelsOf(parse));
            (string unknown, VectorModel known) = first.Model is { } model ? (path, model) : (PathOf(parse), other.Model!);
            output.Notice(Text.Of(
                $"{unknown} does not say which model its vectors are of: they are taken for those of {known.Name}. If they are of another one, the results mean nothing.",
                $"{unknown} 没有说明其向量来自哪个模型：按 {known.Name} 处理。如果来自其他模型，结果就毫无意义。"), null);
        }
        return first.Model is { } one && other.Model is { } another && !one.IsSame(another)
            ? throw new HoneException(Text.Of($"The vectors of {path} are of {another}, and those of {PathOf(parse)} of {one}. Embed both with one model.", $"{path} 的向量来自 {another}，而 {PathOf(parse)} 的来自 {one}。请用同一模型生成。"))
            : other;
    }

    EmbeddedTexts Read(ParseResult parse, string path, EmbeddedTexts? first, AnalysisOutput? target, LabelColumn? labels, Output output, CancellationToken cancel)
    {
        if (NumpyFile(parse, path) is { } array)
        {
            if ((parse.GetValue(_text) ?? parse.GetValue(_column)) is not null)
                throw HasNoTexts(path);
            target?.Check(parse, path);
            return OfVectors(array, _ => "", path, output, Text.Of("without texts", "没有文本"));
        }
        SourceFile source = _input.Open(parse, path, output);
        if (parse.GetValue(_vectors) is null && !VectorFile.HasVectors(source))
            return OfTexts(parse, source, first, target, labels, output, cancel);
        var file = VectorFile.Of(source, parse.GetValue(_vectors));
        string? given = parse.GetValue(_text) ?? parse.GetValue(_column);
        RowTexts? chosen = given is null ? null : new(source, given, isTemplate: parse.GetValue(_text) is not null);
        target?.Check(parse, path);
        if (chosen is not null)
            return OfVectors(file, chosen.TextOf, path, output, given!);
        if (RowTexts.Recorded(source, file.Model) is { } recorded)
            return OfVectors(file, recorded.TextOf, path, output, recorded.Name);
        string? column = LongestColumn(file);
        return OfVectors(file, row => column is null ? "" : row.Text(column), path, output, column ?? Text.Of("without texts", "没有文本"));
    }

    /// <summary>The vectors of texts that are not in the file, by the model of those that are; shortened where they are, as those of <c>hone embed --dimensions</c>.</summary>
    /// <param name="known">The model of the others; null where it is not known.</param>
    /// <param name="dimensions">The length of the others.</param>
    /// <param name="nameOf">How a message calls a text, in the language of messages.</param>
    /// <exception cref="HoneException">Another model is named, or that of the others is not here.</exception>
    public float[][] Embed(ParseResult parse, IReadOnlyList<string> texts, VectorModel? known, int dimensions, Func<int, string> nameOf, Output output, CancellationToken cancel)
    {
        (EmbeddingModel model, VectorModel name) = Open(parse, known, dimensions, output);
        using (model)
        {
            if (known is null && !parse.CommandResult.IsGiven(_model))
                output.Notice(Text.Of(
                    $"{PathOf(parse)} does not say which model its vectors are of: {name.Name} is taken. If they are of another one, the results mean nothing: name it with --model if it is among 'hone models list', else embed the file again. Vectors of a service, such as OpenAI's, are of no model here.",
                    $"{PathOf(parse)} 没有说明其向量来自哪个模型：按 {name.Name} 处理。如果来自其他模型，结果就毫无意义：该模型若在 'hone models list' 中，请用 --model 指定，否则请重新生成该文件的向量。OpenAI 等服务的向量不属于此处的任何模型。"), null);
            int[][] tokens = TextVectors.Tokens(model, texts, model.Prompts.ContainsKey(TextVectors.QueryPrompt) ? TextVectors.QueryPrompt : null);
            TooLong tooLong = parse.GetValue(_tooLong);
            if (tooLong == TooLong.Error && Array.FindIndex(tokens, text => text.Length > model.RoomForText) is >= 0 and int longer)
                throw new HoneException(Text.Of(
                    $"{nameOf(longer)} has {tokens[longer].Length} tokens; the model reads {model.RoomForText}. Shorten it, or give --too-long window (the mean of its parts) or --too-long truncate (its beginning).",
                    $"{nameOf(longer)}有 {tokens[longer].Length} 个词元，模型最多读取 {model.RoomForText} 个。请缩短，或使用 --too-long window（取各部分的均值）或 --too-long truncate（只取开头）。"));
            float[][] vectors = model.Embed(tokens, tooLong, cancel);
            return dimensions < model.Dimensions ? [.. vectors.Select(vector => EmbeddingModel.Shortened(vector, dimensions))] : vectors;
        }
    }

    /// <summary>The column with the texts of an index's records; null for none named.</summary>
    /// <param name="others">Options of the command that are not about files.</param>
    /// <exception cref="HoneException">An option is given that is about files.</exception>
    public string? TextColumnOfIndex(ParseResult parse, params Option[] others)
    {
        Option[] usable = [_column, _model, _tooLong, _data, .. others];
        if (parse.CommandResult.Command.Options.FirstOrDefault(option => parse.CommandResult.IsGiven(option) && !usable.Contains(option)) is { } wrong)
            throw new HoneException(Text.Of($"{wrong.Name} is about files, and {PathOf(parse)} is a collection of an index. Leave it out.", $"{wrong.Name} 用于文件，而 {PathOf(parse)} 是索引中的集合。请去掉它。"));
        return parse.GetValue(_column);
    }

    VectorFile? NumpyFile(ParseResult parse, string path) => path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? VectorFile.Open(path, parse.GetValue(_vectors)) : null;

    static HoneException HasNoTexts(string path) => new(Text.Of($"{path} holds vectors alone, without texts. Leave --column and --text out, or give a file with both, as hone embed writes to .csv.", $"{path} 只含向量，没有文本。请去掉 --column 和 --text，或提供两者都有的文件（如 hone embed 写出的 .csv）。"));

    static HoneException HasNoVectors(SourceFile source)
    {
        string column = LongestColumn(source.Read().Take(SampledRows).ToArray()) is { } longest ? $"--column {longest}" : "--column NAME";
        return new(Text.Of($"{source.Path} holds no vectors. Name the column with the texts to embed: {column}", $"{source.Path} 中没有向量。请指定要嵌入的文本列：{column}"));
    }

    static EmbeddedTexts OfVectors(VectorFile file, Func<VectorRow, string> textOf, string path, Output output, string texts)
    {
        EmbeddedTexts read = new(file.Read(), textOf, row => NameOf(path, row), file.Rows) { Model = file.Model };
        string of = file.Model is { } model ? Text.Of($" by {model}", $"（{model}）") : "";
        output.Line(Text.Of($"{path}: {Text.Counted(read.Count, "vector")} of {file.Dimensions} numbers{of}; texts: {texts}", $"{path}：{read.Count:N0} 个 {file.Dimensions} 维向量{of}；文本：{texts}"));
        output.Json(new JsonObject { ["file"] = path, ["vectors"] = read.Count, ["dimensions"] = file.Dimensions, ["model"] = file.Model?.ToString(), ["texts"] = texts });
        return read;
    }

    EmbeddedTexts OfTexts(ParseResult parse, SourceFile source, EmbeddedTexts? first, AnalysisOutput? target, LabelColumn? labels, Output output, CancellationToken cancel)
    {
        string? text = parse.GetValue(_column) ?? parse.GetValue(_text);
        if (text is null)
            throw HasNoVectors(source);
        (EmbeddingModel model, VectorModel name) = Open(parse, first?.Model, first?.Points.Dimensions, output);
        using (model)
        {
            RowTexts texts = new(source, text, isTemplate: parse.GetValue(_text) is not null);
            labels?.Check(texts);
            target?.Check(parse, source.Path);
            EmbeddingRun run = new(texts, model, new EmbeddingOptions
            {
                Dimensions = first is { Points.Dimensions: var length } && length < model.Dimensions ? length : null,
                TooLong = parse.GetValue(_tooLong),
                SkipsEmpty = parse.GetValue(_input.SkipEmpty),
            });
            EmbeddingCounts counts = run.Count(cancel);
            string cache = (first is null ? parse.GetValue(_cache) : null) ?? source.Path + CacheEnding;
            using var journal = VectorJournal.Open(cache, $"{name.Fingerprint}\n{run.Settings}", run.Dimensions);
            long kept = EmbedCommand.Embed(run, journal, counts, output, cancel);
            output.Line(Text.Of(
                $"{source.Path}: {Text.Counted(counts.Rows, "text")} embedded by {name.Name} ({run.Dimensions} numbers), {kept:N0} of them from {journal.Path}",
                $"{source.Path}：用 {name.Name} 嵌入 {counts.Rows:N0} 个文本（{run.Dimensions} 维），其中 {kept:N0} 个取自 {journal.Path}"));
            if (counts.TooLong.Count > 0)
                output.Notice(run.LongTexts(counts), null);
            if (counts.Empty.Count > 0)
                output.Notice(Text.Of($"left out, without a text: {counts.Empty}", $"没有文本而略去：{counts.Empty}"), null);
            output.Json(new JsonObject { ["file"] = source.Path, ["embedded"] = counts.Rows, ["model"] = name.ToString(), ["dimensions"] = run.Dimensions, ["cache"] = journal.Path, ["cached"] = kept });
            return new EmbeddedTexts(run.Read(journal, cancel), texts.TextOf, row => NameOf(source.Path, row), (int)counts.Rows) { Model = name };
        }
    }

    /// <summary>Opens the model that is named, which must be that of vectors with which its own are compared, or else that of these vectors.</summary>
    /// <param name="length">Of the vectors with which its own are compared; null for none.</param>
    (EmbeddingModel Model, VectorModel Name) Open(ParseResult parse, VectorModel? known, int? length, Output output)
    {
        ModelRegistry models = DataFolderOption.ModelsOf(parse);
        bool isNamed = known is null || parse.CommandResult.IsGiven(_model);
        bool isGuess = known is null && length is not null;
        if (isGuess)
            RequireNoStandIn(parse, models);
        ModelEntry entry = isNamed ? EmbedCommand.FindModel(models, parse.GetRequiredValue(_model), output) : FindKnown(parse, models, known!);
        VectorModel name = models.VectorModelOf(entry);
        if (known?.IsSame(name) == false)
            throw new HoneException(isNamed
                ? Text.Of($"The vectors of {PathOf(parse)} are of {known}, and --model is {name}: vectors of two models cannot be compared. Leave --model out, or embed the file again.", $"{PathOf(parse)} 的向量来自 {known}，而 --model 为 {name}：不同模型的向量不能比较。请去掉 --model，或重新生成该文件的向量。")
                : Text.Of($"The vectors of {PathOf(parse)} are of {known}, and {known.Name} has other weights now ({name}). Embed the file again.", $"{PathOf(parse)} 的向量来自 {known}，而 {known.Name} 的权重已不同（{name}）。请重新生成该文件的向量。"));
        var model = EmbeddingModel.Open(entry.Folder);
        if (isGuess && ShortVectors.ProblemOf(entry, length!.Value, model.Dimensions) is { } problem)
        {
            model.Dispose();
            throw new HoneException($"{PathOf(parse)}: {problem}");
        }
        return (model, name);
    }

    /// <summary>Refuses a name that stands for another model where vectors do not say theirs: whoever gives it means the model that it stands in for, and that one's vectors are others.</summary>
    void RequireNoStandIn(ParseResult parse, ModelRegistry models)
    {
        string name = parse.GetRequiredValue(_model);
        if (models.StandInOf(name) is { } standIn)
            throw new HoneException(Text.Of(
                $"{name} stands for {standIn} here, and vectors that the model of that name made elsewhere, such as OpenAI's, cannot be compared with those of {standIn}. If {standIn} made those of {PathOf(parse)}, give --model {standIn}; if not, embed the file again: 'hone embed'.",
                $"{name} 在此代表 {standIn}，而其他地方（如 OpenAI）的同名模型生成的向量不能与 {standIn} 的向量比较。如果 {PathOf(parse)} 的向量由 {standIn} 生成，请用 --model {standIn}；否则请用 'hone embed' 重新生成向量。"));
    }

    ModelEntry FindKnown(ParseResult parse, ModelRegistry models, VectorModel known)
    {
        try
        {
            return EmbedCommand.FindModel(models, known.Name);
        }
        catch (HoneException error)
        {
            throw new HoneException(Text.Of(
                $"The vectors of {PathOf(parse)} are of {known}, which is not here: {error.Message} Name the same model with --model, or embed the file again.",
                $"{PathOf(parse)} 的向量来自 {known}，但此处没有该模型：{error.Message} 请用 --model 指定同一模型，或重新生成该文件的向量。"), error);
        }
    }

    /// <summary>The column whose values are longest on average: that is where the texts are.</summary>
    static string? LongestColumn(VectorFile file)
    {
        VectorRow[] rows = [.. file.Read().Take(SampledRows)];
        return file.Columns.MaxBy(column => rows.Sum(row => row.Text(column).Length));
    }

    /// <inheritdoc cref="LongestColumn(VectorFile)"/>
    static string? LongestColumn(JsonLine[] rows) => rows
        .SelectMany(row => row.Value.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String))
        .GroupBy(member => member.Name, member => member.Value.GetString()!.Length)
        .MaxBy(lengths => lengths.Sum())?.Key;

    static string NameOf(string path, VectorRow row) => Text.Of($"{path}, line {row.Line}", $"{path} 第 {row.Line} 行");
}
