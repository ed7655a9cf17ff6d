using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Data.Mapping;
using Hone.Data.Sources;
using Hone.Data.Splits;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data split FILE</c>: training, validation and test files without leaks between them.</summary>
sealed class SplitCommand
{
    const int ShownClasses = 20;

    readonly DataInput _input = new();
    readonly Option<string?> _ratios = new("--ratios") { Description = Text.Of($"Training, validation and test (default: {SplitRatios.Default})", $"训练、验证、测试的比例（默认：{SplitRatios.Default}）"), HelpName = "N/N/N" };
    readonly Option<decimal?> _test = new Option<decimal?>("--test") { Description = Text.Of("Percent for the test; 0: none. Training gives or takes the difference", "测试集的百分比；0 表示不要。差额由训练集承担"), HelpName = "N" }.WithoutComma();
    readonly Option<string?> _stratify = new("--stratify") { Description = Text.Of("Give each class its share of each part, by a column or by the answer (default: where answers are classes)", "按类别分层：按某列，或按回答（默认：回答是类别时）"), HelpName = "COLUMN", Arity = ArgumentArity.ZeroOrOne };
    readonly Option<bool> _noStratify = new("--no-stratify") { Description = Text.Of("Take no notice of classes", "不考虑类别") };
    readonly Option<string?> _group = new("--group") { Description = Text.Of("Keep rows with the same value of a column in one part, such as those of one customer", "把某列值相同的行（如同一客户）放在同一部分"), HelpName = "COLUMN" };
    readonly Option<string?> _time = new("--time") { Description = Text.Of("Old rows for training, new ones for the test, by a column", "按某列的时间：旧的用于训练，新的用于测试"), HelpName = "COLUMN" };
    readonly Option<double> _near = NearOption.Create(Text.Of("Keep prompts that are this similar in one part; 1: the same ones only, 0: none", "把相似度达到此值的提示放在同一部分；1 只看相同的，0 不看"));
    readonly Option<ulong> _seed = new("--seed") { Description = Text.Of("Another number, another split", "随机种子，不同则划分不同"), HelpName = "N", DefaultValueFactory = _ => new SplitSettings().Seed };
    readonly Option<string?> _output = new Option<string?>("--output", "-o") { Description = Text.Of("What the names of the files start with, or a folder for them (default: the input's name, in this folder)", "输出文件名的开头，或存放文件夹（默认：当前文件夹，输入文件名）"), HelpName = "START" }.ToFile();
    readonly Option<bool> _force = new("--force") { Description = Text.Of("Replace files that exist", "覆盖已存在的文件") };

    public static Command Create() => new SplitCommand().CreateCommand();

    Command CreateCommand()
    {
        Command command = _input.AddTo(new Command("split", Text.Of("Split a file into training, validation and test", "把文件划分为训练、验证和测试集")));
        foreach (Option option in new Option[] { _ratios, _test, _stratify, _noStratify, _group, _time, _near, _seed, _output, _force })
            command.Add(option);
        _input.AddRowsTo(command);
        command.Validators.Add(Check);
        return command.Does(Run);
    }

    void Check(CommandResult given)
    {
        given.AddProblemOf(() => RatiosOf(given));
        if (given.IsGiven(_stratify) && given.GetValue(_noStratify))
            given.AddError(Text.Of("Give --stratify or --no-stratify, not both.", "--stratify 和 --no-stratify 只能给出一个。"));
        if (given.IsGiven(_stratify) && given.IsGiven(_time))
            given.AddError(Text.Of("A split by time takes the classes as they come. Leave --stratify or --time out.", "按时间划分时无法按类别分层。请去掉 --stratify 或 --time。"));
    }

    SplitRatios RatiosOf(SymbolResult given)
    {
        SplitRatios ratios = given.GetValue(_ratios) is { } text ? SplitRatios.Parse(text) : SplitRatios.Default;
        return given.GetValue(_test) is { } percent ? ratios.WithTest(percent) : ratios;
    }

    void Run(ParseResult parse, Output output, CancellationToken cancel)
    {
        SplitSettings settings = new()
        {
            Ratios = RatiosOf(parse.CommandResult),
            Seed = parse.GetValue(_seed),
            IsStratified = parse.GetValue(_noStratify) ? false : parse.CommandResult.IsGiven(_stratify) ? true : null,
            ClassColumn = parse.GetValue(_stratify),
            GroupColumn = parse.GetValue(_group),
            TimeColumn = parse.GetValue(_time),
            Similarity = parse.GetValue(_near) is > 0 and var near ? near : null,
        };
        SourceFile source = _input.Open(parse, output);
        MappedRows rows = _input.Rows(parse, source, output, settings.Columns);
        SplitFiles files = new(StartOf(parse.GetValue(_output), source), settings.Ratios);
        if (!parse.GetValue(_force))
            files.RequireFree();
        if (parse.GetValue(_ratios) is { } given && !settings.Ratios.IsWhole)
            output.Notice(Text.Of($"The ratios {given} do not add up to 100, so they stand for {settings.Ratios} %.", $"比例 {given} 相加不是 100，按 {settings.Ratios} % 划分。"), null);
        DataSplit split = DataSplit.Plan(rows, settings, cancel);
        files.Write(split, rows, source.Path, settings, cancel);
        foreach (string sentence in rows.Empty.Sentences())
            output.Notice(sentence, null);
        if (split.Report.TimeDoubt is { } doubt)
            output.Notice(doubt, null);
        Report(split.Report, files, output);
    }

    /// <summary>What the names start with: in a folder, the input's name.</summary>
    static string StartOf(string? output, SourceFile source)
    {
        string stem = DataOutput.StemOf(source.Path);
        return output is not { Length: > 0 } ? stem : Path.EndsInDirectorySeparator(output) || Directory.Exists(output) ? Path.Combine(output, stem) : output;
    }

    static void Report(SplitReport report, SplitFiles files, Output output)
    {
        int all = report.Rows.Sum();
        foreach (SplitPart part in files.Parts)
        {
            int rows = report.Rows[(int)part];
            string share = (100.0 * rows / all).ToString("0.0", CultureInfo.InvariantCulture);
            output.Line(Text.Of($"{files.PathOf(part)}: {Text.Counted(rows, "row")} ({share} %)", $"{files.PathOf(part)}：{rows:N0} 行（{share} %）"));
        }
        if (report.Repeated > 0)
            output.Line(Text.Of(
                $"{Text.Counted(report.Repeated, "row repeats", "rows repeat")} the prompt of another, or nearly: each stays with it in one part.",
                $"有 {report.Repeated:N0} 行与其他行的提示相同或相近：它们放在同一部分。"));
        if (report.LargestUnit * 2 > all)
            output.Notice(Text.Of(
                $"{report.LargestUnit:N0} of {all:N0} rows must stay together, so the parts cannot have their sizes. Where that is not meant: --near 1 keeps only equal prompts together, --near 0 none.",
                $"{all:N0} 行中有 {report.LargestUnit:N0} 行必须放在一起，因此无法达到要求的比例。如非所愿：--near 1 只把相同的提示放在一起，--near 0 则都不。"), null);
        ShowClasses(report, files, output);
        output.Json(ToJson(report, files));
    }

    static void ShowClasses(SplitReport report, SplitFiles files, Output output)
    {
        if (report.Classes.Count == 0)
            return;
        List<string[]> table = [[Text.Of("CLASS", "类别"), .. files.Parts.Select(HeadOf)]];
        foreach ((string name, IReadOnlyList<int> rows) in report.Classes.Take(ShownClasses))
            table.Add([ScreenWidth.Cut(name.ReplaceLineEndings(" "), 40), .. files.Parts.Select(part => rows[(int)part].ToString("N0", CultureInfo.InvariantCulture))]);
        output.Table(table);
        if (report.Classes.Count > ShownClasses)
            output.Line(Text.Of($"… and {Text.Counted(report.Classes.Count - ShownClasses, "smaller class", "smaller classes")}", $"…… 另有 {report.Classes.Count - ShownClasses:N0} 个较小的类别"));
    }

    /// <summary>A part as the head of a column: in English as in the names of its files.</summary>
    static string HeadOf(SplitPart part) =>
        part switch
        {
            SplitPart.Train => Text.Of("train", "训练"),
            SplitPart.Valid => Text.Of("valid", "验证"),
            _ => Text.Of("test", "测试"),
        };

    static JsonObject ToJson(SplitReport report, SplitFiles files)
    {
        JsonObject parts = [];
        foreach (SplitPart part in files.Parts)
            parts[SplitFiles.NameOf(part)] = new JsonObject { ["path"] = Path.GetFullPath(files.PathOf(part)), ["rows"] = report.Rows[(int)part] };
        JsonObject classes = [];
        foreach ((string name, IReadOnlyList<int> rows) in report.Classes)
            classes[name] = new JsonArray([.. files.Parts.Select(part => (JsonNode)rows[(int)part])]);
        return new JsonObject
        {
            ["parts"] = parts,
            ["classes"] = classes,
            ["repeated"] = report.Repeated,
            ["sets"] = report.Units,
            ["largest_set"] = report.LargestUnit,
            ["record"] = Path.GetFullPath(files.RecordPath),
        };
    }
}
