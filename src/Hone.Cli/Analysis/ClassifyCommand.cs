using System.CommandLine;
using System.CommandLine.Parsing;
using Hone.Data.Analysis;
using Hone.Data.Analysis.Classification;
using Hone.Data.Analysis.Reports;
using static System.FormattableString;

namespace Hone.Cli.Analysis;

/// <summary><c>hone classify FILE --label COLUMN</c>: what kind each row is, by its vector, and how often that is right.</summary>
sealed class ClassifyCommand
{
    const int MostShownClasses = 12;
    const int ShownRows = 5;

    readonly AnalysisInput _input = new();
    readonly AnalysisOutput _output = new();
    readonly Option<string?> _label = new("--label") { Description = Text.Of("The column that says what kind a row is", "表示类别的列"), HelpName = "COLUMN" };
    readonly Option<ClassifyMethod> _method = new Option<ClassifyMethod>("--method")
    {
        Description = Text.Of("The nearest rows, a logistic regression, or the nearest description of a class, which needs no training", "最近的行、逻辑回归，或最接近的类别描述（无需训练）"),
        HelpName = "knn|logistic|description",
        DefaultValueFactory = _ => ClassifyMethod.Logistic,
    }.ByName();
    readonly Option<string?> _test = new("--test") { Description = Text.Of("Rows to classify after learning from all of FILE (default: cross-validation)", "从 FILE 全部学习后要分类的行（默认：交叉验证）"), HelpName = "FILE" };
    readonly Option<string[]> _classes = new("--classes") { Description = Text.Of("With description: the classes, separated by commas; or one as NAME=DESCRIPTION, given several times (default: the labels)", "用于 description：各类别，用逗号分隔；或写作 名称=描述，可多次给出（默认：各标签）"), HelpName = "A,B|NAME=TEXT" };
    readonly Option<int> _folds = new Option<int>("--folds") { Description = Text.Of("Parts of the cross-validation", "交叉验证的份数"), HelpName = "N", DefaultValueFactory = _ => CrossValidation.DefaultFolds }
        .Within(count => count is >= 2 and <= 100, Text.Of("--folds must be from 2 to 100.", "--folds 须在 2 到 100 之间。"));
    readonly Option<ulong> _seed = AnalysisSeed.Create();

    public static Command Create() => new ClassifyCommand().CreateCommand();

    Command CreateCommand()
    {
        Command command = _input.AddTo(new Command("classify", Text.Of("Say what kind each row is, by its meaning", "按含义判断每行的类别")));
        foreach (Option option in new Option[] { _label, _method, _test, _classes, _folds, _seed })
            command.Add(option);
        _output.AddTo(command);
        command.Validators.Add(Check);
        return command.Does(Run);
    }

    void Check(CommandResult given)
    {
        bool isByDescription = given.GetResult(_method)?.Tokens is [var method] && method.Value.Equals(nameof(ClassifyMethod.Description), StringComparison.OrdinalIgnoreCase);
        if (given.GetValue(_label) is null && !(isByDescription && given.IsGiven(_classes)))
            given.AddError(Text.Of("Name the column of the classes with --label, or give descriptions of them: --method description --classes A,B", "请用 --label 指定类别列，或给出类别描述：--method description --classes A,B"));
        if (given.IsGiven(_classes) && !isByDescription)
            given.AddError(Text.Of("--classes goes with --method description.", "--classes 须与 --method description 同用。"));
        if (given.GetValue(_test) is not null && isByDescription)
            given.AddError(Text.Of("--method description learns nothing from FILE: give the rows to classify as FILE, without --test.", "--method description 不从 FILE 学习：请把要分类的行作为 FILE，去掉 --test。"));
    }

    void Run(ParseResult parse, Output output, CancellationToken cancel)
    {
        string path = _input.PathOf(parse);
        ClassifyMethod method = parse.GetValue(_method);
        bool isByGiven = parse.CommandResult.IsGiven(_classes);
        bool isCrossValidated = method != ClassifyMethod.Description && parse.GetValue(_test) is null;
        EmbeddedTexts texts = _input.Read(parse, _output, output, cancel, parse.GetValue(_label) is { } name ? new LabelColumn(name, isByGiven ? _ => { } : labels => ClassificationReport.RequireClasses(labels, isCrossValidated)) : null);
        string[]? labels = parse.GetValue(_label) is { } column ? texts.Labels(column, path) : null;
        EmbeddedTexts tested = texts;
        ClassificationReport report;
        if (method == ClassifyMethod.Description)
            report = ByDescription(parse, texts, labels, output, cancel);
        else if (parse.GetValue(_test) is { } test)
        {
            tested = _input.ReadOther(parse, test, texts, output, cancel);
            report = ClassificationReport.Tested(texts, labels!, tested, TestLabels(tested, parse.GetValue(_label)!, test), method, cancel);
        }
        else
            report = ClassificationReport.CrossValidated(texts, labels!, method, parse.GetValue(_folds), parse.GetValue(_seed), cancel);

        Show(report, output);
        if (report.Scores is null)
            ShowPredictions(report, tested, output);
        _output.Write(parse, tested, ["predicted", "confidence"], row => [report.Predictions[row].Label, report.Predictions[row].Confidence], () => report.Map(Path.GetFileName(parse.GetValue(_test) ?? path)), output, cancel);
        output.Json(ReportJson.Of(report));
    }

    /// <summary>Null where the tested rows have no labels: then they are only classified.</summary>
    static string[]? TestLabels(EmbeddedTexts tested, string column, string path) =>
        tested.Rows.Any(row => row.Fields.TryGetProperty(column, out _)) ? tested.Labels(column, path) : null;

    ClassificationReport ByDescription(ParseResult parse, EmbeddedTexts texts, string[]? labels, Output output, CancellationToken cancel)
    {
        (string Name, string Description)[] classes = parse.GetValue(_classes) is { Length: > 0 } given
            ? [.. given.SelectMany(ClassesOf)]
            : [.. ClassificationReport.ClassesOf(labels!).Select(label => (label, label))];
        if (classes.Select(one => one.Name).Distinct(StringComparer.Ordinal).Count() is var count && (count < 2 || count < classes.Length))
            throw new HoneException(Text.Of("Give two or more different classes.", "请给出两个或更多不同的类别。"));
        Points descriptions = Points.Of(_input.Embed(parse, [.. classes.Select(one => one.Description)], texts.Model, texts.Points.Dimensions, i => Text.Of($"The description of {classes[i].Name}", $"{classes[i].Name} 的说明"), output, cancel), i => classes[i].Name);
        return ClassificationReport.ByDescription(texts, [.. classes.Select(one => one.Name)], descriptions, labels, cancel);
    }

    /// <summary>One class with its description, which may have commas, or several that are their own descriptions.</summary>
    static IEnumerable<(string Name, string Description)> ClassesOf(string text) =>
        text.Split('=', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } name, { Length: > 0 } description]
            ? [(name, description)]
            : text.Split([',', '，'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(one => (one, one));

    static void Show(ClassificationReport report, Output output)
    {
        output.Line();
        foreach (string sentence in report.Sentences())
            output.Line(sentence);
        if (report.Scores is not { } scores)
            return;
        output.Line();
        output.Table([.. scores.Table().Select(row => row.Select(AnalysisScreen.Short).ToArray())]);
        if (scores.Classes.Count > MostShownClasses)
            return;
        output.Line();
        output.Line(Text.Of("Rows by what they are (down) and what was predicted (across):", "各行的真实类别（纵）与预测类别（横）："));
        output.Table([
            ["", .. scores.Classes.Select(one => AnalysisScreen.Short(one.Label))],
            .. scores.Confusion.Select((row, i) => (string[])[AnalysisScreen.Short(scores.Classes[i].Label), .. row.Select(count => Invariant($"{count:N0}"))]),
        ]);
    }

    /// <summary>Where nothing says how good the predictions are: how many rows each class got, and some of the rows to judge by.</summary>
    static void ShowPredictions(ClassificationReport report, EmbeddedTexts tested, Output output)
    {
        KeyValuePair<string, int>[] classes = [.. report.Predictions.CountBy(one => one.Label).OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal)];
        output.Line();
        output.Table([
            [Text.Of("class", "类别"), Text.Of("rows", "行数")],
            .. classes.Take(MostShownClasses).Select(one => (string[])[AnalysisScreen.Short(one.Key), Invariant($"{one.Value:N0}")]),
        ]);
        if (classes.Length > MostShownClasses)
            output.Line(Text.Of($"and {classes.Length - MostShownClasses} more classes", $"另有 {classes.Length - MostShownClasses} 个类别"));
        output.Line();
        output.Table([
            [Text.Of("row", "行号"), Text.Of("class", "类别"), Text.Of("confidence", "置信度"), Text.Of("text", "文本")],
            .. report.Predictions.Take(ShownRows)
                .Select(one => (string[])[Invariant($"{one.Index + 1}"), AnalysisScreen.Short(one.Label), AnalysisScreen.Number(one.Confidence), AnalysisScreen.Short(tested.Texts[one.Index])]),
        ]);
        output.Line();
        output.Line(Text.Of("--out FILE writes the class of every row.", "--out FILE 可写出每一行的类别。"));
    }
}
