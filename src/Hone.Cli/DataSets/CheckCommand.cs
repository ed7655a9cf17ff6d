using System.CommandLine;
using Hone.Data.Checks;
using Hone.Data.Checks.Reports;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Pairs;
using Hone.Data.Sources;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Hone.Server.FineTuning;
using Hone.Server.Http;
using Hone.Server.Models;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data check FILE</c>: all that is wrong with a training file, its measures, and what training on it takes. Exit code 1 when there are errors; warnings are no failure.</summary>
static class CheckCommand
{
    public static Command Create()
    {
        CheckArguments arguments = new();
        Command command = new("check", Text.Of("Find every problem of a training file, and measure it", "找出训练文件的所有问题并统计"));
        arguments.AddTo(command);
        return command.Does((parse, output, cancel) =>
        {
            string? page = parse.GetValue(arguments.Report) is { } given ? DataOutput.Free(given, PathOf(arguments, parse), mayReplace: true, "--report") : null;
            CheckReport report = Check(arguments, parse, output, cancel);
            CheckScreen.Show(report, output);
            if (page is not null)
            {
                AtomicFile.WriteText(page, CheckPage.Of(report));
                output.Line(Text.Of($"Report: {page}", $"报告：{page}"));
            }
            output.Json(report.ToJson());
            if (report.Errors > 0)
                throw new HoneException(Text.Of($"{PathOf(arguments, parse)} has errors ({report.Errors}): training would refuse it.", $"{PathOf(arguments, parse)} 有 {report.Errors} 个错误，无法用于训练。"));
        });
    }

    static string PathOf(CheckArguments arguments, ParseResult parse) => parse.GetRequiredValue(arguments.Input.File);

    static CheckReport Check(CheckArguments arguments, ParseResult parse, Output output, CancellationToken cancel)
    {
        if (IsAsItShouldBe(arguments, parse) && File.Exists(PathOf(arguments, parse)) && PairReader.IsPairs(PathOf(arguments, parse)))
            throw new HoneException(Text.Of(
                $"{PathOf(arguments, parse)} holds pairs of texts, which embedding models learn from; the check is of lines for models that write text. hone finetune checks pairs before it trains on them.",
                $"{PathOf(arguments, parse)} 含文本对，用于训练向量模型；此检查针对生成文本的模型。hone finetune 会在训练前检查文本对。"));
        ModelRegistry registry = DataFolderOption.ModelsOf(parse);
        CheckOptions options = new()
        {
            Encoding = parse.GetValue(arguments.NoTokens) ? null : parse.GetRequiredValue(arguments.TokenEncoding),
            TokenLimit = parse.GetValue(arguments.Limit),
            Shown = parse.GetValue(arguments.Show),
            Epochs = parse.GetValue(arguments.Epochs),
            Model = parse.GetValue(arguments.Model) is { } name ? Open(registry, name, parse.GetValue(arguments.MaxTokens)) : null,
            IsForDpo = arguments.MethodOf(parse) is { } chosen ? chosen == TuningMethod.Dpo : null,
            Prices = ServerSettings.Read(DataFolderOption.Of(parse).Settings, isRequired: false).Prices ?? PriceTable.BuiltIn,
        };
        if (parse.GetValue(arguments.Validation))
            options = options with { MinimumExamples = 1 };

        (CheckReport report, IEnumerable<DatasetLine> lines) = IsAsItShouldBe(arguments, parse) ? CheckLines(arguments, parse, options, output, cancel) : CheckRows(arguments, parse, options, output, cancel);
        if (options.Model is null || parse.GetValue(arguments.NoMeasure))
            return report;
        if (report is not { Errors: 0, Model: { } model })
        {
            output.Line(Text.Of("Training is not tried out, because the file has errors.", "文件有错误，因此不试跑训练。"));
            return report;
        }
        TuningMethod method = arguments.MethodOf(parse) ?? (report.Kind == DatasetKind.Preference ? TuningMethod.Dpo : TuningMethod.Lora);
        output.Line(Text.Of($"Trying out a few steps of {model.Name} …", $"正在试跑 {model.Name} 的几步训练……"));
        return report with { Model = model with { Training = TrainingTrial.Run(registry, lines, report, method, TrainingTrial.LeastTime, cancel) } };
    }

    /// <summary>Whether the file is meant to be trained on as it is: then every line of it is judged, whatever it holds.</summary>
    static bool IsAsItShouldBe(CheckArguments arguments, ParseResult parse) =>
        Path.GetExtension(PathOf(arguments, parse)).ToLowerInvariant() is ".jsonl" or ".ndjson" && !arguments.Input.HasOptions(parse);

    static (CheckReport Report, IEnumerable<DatasetLine> Lines) CheckLines(CheckArguments arguments, ParseResult parse, CheckOptions options, Output output, CancellationToken cancel)
    {
        string file = PathOf(arguments, parse);
        CheckReport report = WithProgress(file, output, progress => DatasetCheck.Run(file, options, progress, cancel));
        if (report.Kind is not null || report.Examples == report.Findings.Where(group => group.Code == FindingCodes.InvalidJson).Sum(group => group.Count))
            return (report, DatasetReader.Read(file));
        try
        {
            return CheckRows(arguments, parse, options, output, cancel);
        }
        catch (HoneException)
        {
            // Nor are they rows of anything else: what is wrong with them as training lines is said.
            return (report, DatasetReader.Read(file));
        }
    }

    /// <summary>Checks the lines that <c>hone data convert</c> makes of a file.</summary>
    static (CheckReport Report, IEnumerable<DatasetLine> Lines) CheckRows(CheckArguments arguments, ParseResult parse, CheckOptions options, Output output, CancellationToken cancel)
    {
        SourceFile source = arguments.Input.Open(parse, output, leavesOutBadRows: true);
        RowMapping mapping = arguments.Input.Map(parse, source, output);
        CheckReport report = DatasetCheck.Run(source, mapping, arguments.Input.CommandLineOf("convert", parse), options, cancel);
        return (report, DatasetReader.Read(mapping.Map(source.Read())));
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

    static CheckedModel Open(ModelRegistry registry, string name, int? maxTokens)
    {
        using ModelFolder folder = registry.OpenFolder(registry.Find(name));
        TrainingLimits limits = new(folder.Config.MaxPositions);
        return new CheckedModel(name, ChatEncoder.Load(folder.Path), maxTokens is { } most ? limits with { MaximumTokens = most } : limits);
    }
}
