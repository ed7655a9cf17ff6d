using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Data.Checks;
using Hone.Data.Checks.Reports;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Pairs;
using Hone.Data.Quality;
using Hone.Data.Sources;
using Hone.Data.Vectors;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Checkpoints;
using Hone.Engine.Embedding;
using Hone.Engine.Models;
using Hone.Server.FineTuning;
using Hone.Server.Http;
using Hone.Server.Models;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data check FILE</c>: all that is wrong with a training file, its measures, and what training on it takes. Exit code 1 when there are errors; warnings are no failure.</summary>
static class CheckCommand
{
    const string VectorsCode = "holds_vectors";

    public static Command Create()
    {
        CheckArguments arguments = new();
        Command command = new("check", Text.Of("Find every problem of a training file, and measure it", "找出训练文件的所有问题并统计"));
        arguments.AddTo(command);
        return command.Does((parse, output, cancel) =>
        {
            string file = PathOf(arguments, parse);
            string? mended = parse.GetValue(arguments.Fix) is { } good ? FreeFor(good, file, parse.GetValue(arguments.Force)) : null;
            string? page = parse.GetValue(arguments.Report) is { } given ? DataOutput.Free(given, file, mayReplace: true, "--report", mended) : null;
            (CheckReport report, Func<string, long> write) = Check(arguments, parse, output, cancel);
            CheckScreen.Show(report, output);
            if (page is not null)
            {
                AtomicFile.WriteText(page, CheckPage.Of(report));
                output.Line(Text.Of($"Report: {page}", $"报告：{page}"));
            }
            output.Json(report.ToJson());
            if (mended is not null)
                Mend(report, write(mended), mended, output);
            if (report.Errors > 0)
                throw new HoneException(Text.Of($"{file} has errors ({report.Errors}): training would refuse it.", $"{file} 有 {report.Errors} 个错误，无法用于训练。"));
        });
    }

    static string FreeFor(string path, string file, bool mayReplace)
    {
        DataOutput.RequireName(DataOutput.Free(path, file, mayReplace, "--fix"));
        return path;
    }

    static string PathOf(CheckArguments arguments, ParseResult parse) => parse.GetRequiredValue(arguments.Input.File);

    static void Mend(CheckReport report, long kept, string path, Output output)
    {
        string rest = report.Findings.Any(group => group.Code == FindingCodes.UnreadRest) ? Text.Of(", and all that could not be read", "，以及所有未能读取的内容") : "";
        output.Line(Text.Of(
            FormattableString.Invariant($"{path}: {Text.Counted(kept, "example")} without errors; left out: {report.ExamplesWithErrors:N0}{rest}"),
            FormattableString.Invariant($"{path}：{kept:N0} 个没有错误的样本；略去 {report.ExamplesWithErrors:N0} 个{rest}")));
        output.Json(new JsonObject { ["path"] = Path.GetFullPath(path), ["kept"] = kept, ["left_out"] = report.ExamplesWithErrors });
    }

    /// <summary>The report, and what writes the examples without errors.</summary>
    static (CheckReport Report, Func<string, long> Write) Check(CheckArguments arguments, ParseResult parse, Output output, CancellationToken cancel)
    {
        if (VectorFile.IsArray(PathOf(arguments, parse)))
            throw HoldsVectors(VectorFile.Open(PathOf(arguments, parse)));
        ModelRegistry registry = DataFolderOption.ModelsOf(parse);
        string? name = parse.GetValue(arguments.Model);
        ModelEntry? entry = name is null ? null : registry.Find(name);
        int? mostTokens = parse.GetValue(arguments.MaxTokens);
        using EmbeddingModel? encoder = entry is not null && registry.IsEncoder(entry) ? EmbeddingModel.Open(entry.Folder) : null;
        if (encoder is not null)
            TuningMethods.Of(registry, entry!.Id, arguments.MethodOf(parse));
        CheckOptions options = new()
        {
            Encoding = parse.GetValue(arguments.NoTokens) ? null : parse.GetRequiredValue(arguments.TokenEncoding),
            TokenLimit = parse.GetValue(arguments.Limit),
            Shown = parse.GetValue(arguments.Show),
            Epochs = parse.GetValue(arguments.Epochs),
            Model = entry is null || encoder is not null ? null : Open(registry, entry, name!, mostTokens),
            Encoder = encoder is null ? null : new CheckedEncoder(name!, encoder, Limits(encoder.MaxTokens, mostTokens)),
            IsForDpo = arguments.MethodOf(parse) is { } chosen ? chosen == TuningMethod.Dpo : null,
            Prices = ServerSettings.Read(DataFolderOption.Of(parse).Settings, isRequired: false).Prices ?? PriceTable.BuiltIn,
        };
        if (parse.GetValue(arguments.Validation))
            options = options with { MinimumExamples = 1 };

        Checked found = IsAsItShouldBe(arguments, parse) ? CheckLines(arguments, parse, options, output, cancel) : CheckRows(arguments, parse, options, output, cancel);
        return (parse.GetValue(arguments.NoMeasure) ? found.Report : TryOut(found, registry, options, arguments.MethodOf(parse), parse.GetValue(arguments.BatchSize), output, cancel), found.WriteGood);
    }

    static CheckReport TryOut(Checked found, ModelRegistry registry, CheckOptions options, TuningMethod? chosen, int? batchSize, Output output, CancellationToken cancel)
    {
        CheckReport report = found.Report;
        if (options.Encoder is { } encoder)
            output.Line(Text.Of($"Training on pairs is not tried out: how long it takes with {encoder.Name} is not said.", $"不试跑文本对的训练：不估计 {encoder.Name} 的训练时间。"));
        if (options.Model is null)
            return report;
        if (report is not { Errors: 0, Model: { } model })
        {
            output.Line(Text.Of("Training is not tried out, because the file has errors.", "文件有错误，因此不试跑训练。"));
            return report;
        }
        TuningMethod method = chosen ?? (report.Kind == DatasetKind.Preference ? TuningMethod.Dpo : TuningMethod.Lora);
        output.Line(Text.Of($"Trying out a few steps of {model.Name} …", $"正在试跑 {model.Name} 的几步训练……"));
        return report with { Model = model with { Training = TrainingTrial.Run(registry, found.Lines, report, method, batchSize, TrainingTrial.LeastTime, cancel) } };
    }

    /// <summary>Whether the file is meant to be trained on as it is: then every line of it is judged, whatever it holds.</summary>
    static bool IsAsItShouldBe(CheckArguments arguments, ParseResult parse) =>
        Path.GetExtension(PathOf(arguments, parse)).ToLowerInvariant() is ".jsonl" or ".ndjson" && !arguments.Input.HasOptions(parse);

    static Checked CheckLines(CheckArguments arguments, ParseResult parse, CheckOptions options, Output output, CancellationToken cancel)
    {
        string file = PathOf(arguments, parse);
        GoodExamples good = new();
        CheckReport report;
        try
        {
            report = WithProgress(file, output, progress => DatasetCheck.Run(file, Noting(good, options, arguments, parse), progress, cancel));
        }
        catch (HoneException problem) when (problem.Code == FindingCodes.NotUtf8)
        {
            // The whole file is in another encoding, which is read as other formats are.
            return CheckRows(arguments, parse, options, output, cancel);
        }
        Checked found = new(report, DatasetReader.Read(file), path => good.Write(path, file, cancel));
        if (report.Kind is not null || report.Pairs is not null || report.Examples == report.Findings.Where(group => group.Code == FindingCodes.InvalidJson).Sum(group => group.Count))
            return found;
        try
        {
            return CheckRows(arguments, parse, options, output, cancel);
        }
        catch (HoneException problem) when (problem.Code != VectorsCode)
        {
            // Nor are they rows of anything else: what is wrong with them as training lines is said.
            return found;
        }
    }

    /// <summary>Checks the lines that <c>hone data convert</c> makes of a file.</summary>
    static Checked CheckRows(CheckArguments arguments, ParseResult parse, CheckOptions options, Output output, CancellationToken cancel)
    {
        SourceFile source = arguments.Input.Open(parse, output, leavesOutBadRows: true);
        if (!arguments.Input.HasTemplates(parse) && FindVectors(source) is { } vectors)
            throw HoldsVectors(vectors);
        if (!arguments.Input.HasTemplates(parse) && PairReader.TextsIn(source.Columns) is var (first, second))
            throw HoldsPairs(source, first, second, arguments.Input.CommandLineOf("pairs", parse));
        RowMapping mapping = arguments.Input.Map(parse, source, output);
        GoodExamples good = new();
        CheckReport report = DatasetCheck.Run(source, mapping, arguments.Input.CommandLineOf("convert", parse), Noting(good, options, arguments, parse), cancel);
        return new Checked(report, DatasetReader.Read(mapping.Map(source.Read())), path => good.Write(path, source, mapping, cancel));
    }

    /// <summary>The same options, with which refused examples are noted where a file without them is asked for.</summary>
    static CheckOptions Noting(GoodExamples good, CheckOptions options, CheckArguments arguments, ParseResult parse) =>
        parse.GetValue(arguments.Fix) is null ? options : options with { OnRefused = good.Refuse };

    /// <summary>Says of a table of pairs what makes lines of it.</summary>
    /// <param name="pairs">The command that makes them of the first two columns.</param>
    static HoneException HoldsPairs(SourceFile source, string first, string second, string pairs)
    {
        string texts = source.Columns.Take(2).SequenceEqual([first, second]) ? "" : $" --anchor {first} --positive {second}";
        string third = source.Columns.Contains(PairReader.Score) ? $" --score {PairReader.Score}" : source.Columns.Contains(PairReader.Negative) ? $" --negative {PairReader.Negative}" : "";
        string command = $"{pairs}{texts}{third} --output pairs.jsonl";
        return new HoneException(Text.Of(
            $"{source.Path} holds pairs of texts. Make a file of them that can be checked and trained on with: {command}",
            $"{source.Path} 含文本对。请先生成可检查和训练的文件：{command}"));
    }

    /// <summary>Says of a file of vectors what it is for.</summary>
    static HoneException HoldsVectors(VectorFile vectors)
    {
        string file = ShellWord.Of(vectors.Path);
        string place = vectors.Column is { } column ? Text.Of($", in the column {column}", $"，位于列 {column}") : "";
        string train = vectors.Column is null ? "" : Text.Of(" To check its texts as training data, say what the columns mean, such as with --prompt and --completion.", "如要把其中的文本作为训练数据检查，请用 --prompt 和 --completion 等说明各列的含义。");
        return new HoneException(Text.Of(
            $"{vectors.Path} is a file of vectors ({vectors.Dimensions:N0} numbers each{place}), such as hone embed writes: there is nothing to train on. Find rows in it by what they mean with: hone search {file} \"QUERY\"; hone cluster, outliers, diversity, classify and recommend read it too.{train}",
            $"{vectors.Path} 是向量文件（每个向量 {vectors.Dimensions:N0} 维{place}），如 hone embed 所写：不能用于训练。按含义查找：hone search {file} \"QUERY\"；hone cluster、outliers、diversity、classify 和 recommend 也能读取。{train}"))
        {
            Code = VectorsCode,
        };
    }

    /// <summary>The vectors of a file that holds them and, but for them, nothing that is known to be for training; null for any other file.</summary>
    static VectorFile? FindVectors(SourceFile source)
    {
        if (!VectorFile.HasVectors(source))
            return null;
        try
        {
            var vectors = VectorFile.Of(source);
            return vectors.Column == VectorWriter.Column || RowMapping.Find(source) is null ? vectors : null;
        }
        catch (HoneException)
        {
            return null;
        }
    }

    static CheckReport WithProgress(string file, Output output, Func<Action<long>, CheckReport> check)
    {
        long bytes = File.Exists(file) ? new FileInfo(file).Length : 0;
        using Progress progress = new(output, bytes);
        Lock drawing = new();
        long done = 0;
        return check(read =>
        {
            if (output.TerminalWidth == 0 || read >= bytes)
                return;
            lock (drawing)
                progress.Report(done = Math.Max(done, read), "");
        });
    }

    static CheckedModel Open(ModelRegistry registry, ModelEntry entry, string name, int? mostTokens)
    {
        using ModelFolder folder = registry.OpenFolder(entry);
        return new CheckedModel(name, ChatEncoder.Load(folder.Path), Limits(folder.Config.MaxPositions, mostTokens));
    }

    static TrainingLimits Limits(int context, int? mostTokens) => mostTokens is { } most ? new TrainingLimits(context) { MaximumTokens = most } : new TrainingLimits(context);

    /// <summary>A file that was checked.</summary>
    /// <param name="Lines">What training would read.</param>
    /// <param name="WriteGood">Writes the examples without errors to a file, and says how many these are.</param>
    readonly record struct Checked(CheckReport Report, IEnumerable<DatasetLine> Lines, Func<string, long> WriteGood);
}
