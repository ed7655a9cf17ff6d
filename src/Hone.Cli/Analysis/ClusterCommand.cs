using System.CommandLine;
using System.Globalization;
using Hone.Data.Analysis.Clustering;
using Hone.Data.Analysis.Reports;
using static System.FormattableString;

namespace Hone.Cli.Analysis;

/// <summary><c>hone cluster FILE</c>: groups rows that say similar things, and names the groups.</summary>
sealed class ClusterCommand
{
    const string Auto = "auto";

    readonly AnalysisInput _input = new();
    readonly AnalysisOutput _output = new();
    readonly Option<string> _count = new Option<string>("--k") { Description = Text.Of("How many groups: k-means; auto takes the number with the largest silhouette", "分成多少组（k-means）；auto 取轮廓系数最大者"), HelpName = "N|auto", DefaultValueFactory = _ => Auto }
        .Within(text => text == Auto || CountOf(text) is not null, Text.Of($"--k must be a number from 2 to {ClusterOptions.MostClusters:N0}, or auto.", $"--k 须为 2 到 {ClusterOptions.MostClusters:N0} 的整数或 auto。"));
    readonly Option<bool> _density = new("--density") { Description = Text.Of("Dense places are groups, and rows between them belong to none: HDBSCAN", "以密集处为组，其间的行不属于任何组：HDBSCAN") };
    readonly Option<int?> _smallest = PositiveOption.CreateOptional("--smallest", Text.Of($"With --density: rows that a group has at least (default: {ClusterOptions.DefaultSmallest})", $"与 --density 同用：每组至少多少行（默认：{ClusterOptions.DefaultSmallest}）"), ClusterOptions.LargestSmallest);
    readonly Option<string?> _label = new("--label") { Description = Text.Of("A column to compare the groups with: the adjusted Rand index is shown", "与各组比较的列：显示调整兰德指数"), HelpName = "COLUMN" };
    readonly Option<ulong> _seed = AnalysisSeed.Create();

    public static Command Create() => new ClusterCommand().CreateCommand();

    Command CreateCommand()
    {
        Command command = _input.AddTo(new Command("cluster", Text.Of("Group rows that say similar things", "把意思相近的行分组")));
        foreach (Option option in new Option[] { _count, _density, _smallest, _label, _seed })
            command.Add(option);
        _output.AddTo(command);
        command.Validators.Add(given =>
        {
            if (given.IsGiven(_count) && given.GetValue(_density))
                given.AddError(Text.Of("--density finds the number of groups itself. Leave --k out.", "--density 会自行确定组数。请去掉 --k。"));
            if (given.IsGiven(_smallest) && (!given.GetValue(_density) || given.GetValue(_smallest) < 2))
                given.AddError(Text.Of("--smallest is at least 2 and goes with --density.", "--smallest 至少为 2，且须与 --density 同用。"));
        });
        return command.Does(Run);
    }

    static int? CountOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 2 and <= ClusterOptions.MostClusters ? count : null;

    void Run(ParseResult parse, Output output, CancellationToken cancel)
    {
        EmbeddedTexts texts = _input.Read(parse, _output, output, cancel, parse.GetValue(_label) is { } name ? new LabelColumn(name, _ => { }) : null);
        string[]? labels = parse.GetValue(_label) is { } column ? texts.Labels(column, _input.PathOf(parse)) : null;
        int smallest = parse.GetValue(_smallest) ?? ClusterOptions.DefaultSmallest;
        var report = ClusterReport.Of(texts, new ClusterOptions
        {
            Clusters = CountOf(parse.GetRequiredValue(_count)),
            IsByDensity = parse.GetValue(_density),
            Smallest = smallest,
            Seed = parse.GetValue(_seed),
        }, cancel);

        Show(report, texts, smallest, output);
        double? agreement = labels is null ? null : RandIndex.Adjusted(labels, report.Assignments);
        if (agreement is { } index)
            output.Line(Text.Of($"Agreement with {parse.GetValue(_label)} (adjusted Rand index, 1 is the same, 0 chance): {AnalysisScreen.Number(index)}", $"与 {parse.GetValue(_label)} 的一致程度（调整兰德指数，1 为完全相同，0 为随机）：{AnalysisScreen.Number(index)}"));
        _output.Write(parse, texts, ["cluster", "cluster_label"], row => report.Assignments[row] is >= 0 and int cluster ? [cluster, report.Clusters[cluster].Label] : [-1, null],
            () => report.Map(texts, Path.GetFileName(_input.PathOf(parse))), output, cancel);
        var json = ReportJson.Of(report);
        json["adjusted_rand_index"] = agreement;
        output.Json(json);
    }

    static string NoGroups(int smallest) => smallest > 2
        ? Text.Of($"No place is denser than the rest with {smallest} rows. Try groups of fewer, such as --smallest {Math.Max(2, smallest / 2)}, or say how many groups there are to be: --k", $"没有哪处 {smallest} 行比其余更密集。可试更小的组，如 --smallest {Math.Max(2, smallest / 2)}，或用 --k 指定组数")
        : Text.Of("No two rows are nearer to each other than the rest. Say how many groups there are to be: --k", "没有哪两行彼此比其余更近。请用 --k 指定组数");

    static void Show(ClusterReport report, EmbeddedTexts texts, int smallest, Output output)
    {
        output.Line();
        if (report.Tried.Count > 0)
            output.Table([
                [Text.Of("groups", "组数"), .. report.Tried.Select(one => Invariant($"{one.Clusters}"))],
                [Text.Of("silhouette", "轮廓系数"), .. report.Tried.Select(one => Invariant($"{one.Silhouette:0.00}"))],
            ]);
        foreach (string sentence in report.Sentences())
            output.Line(sentence);
        if (report.Clusters.Count == 0)
        {
            output.Line(NoGroups(smallest));
            return;
        }
        output.Line();
        output.Table([
            [Text.Of("group", "组"), Text.Of("rows", "行数"), Text.Of("words", "典型词"), Text.Of("most typical row", "最典型的行")],
            .. report.Clusters.Select(one => new[] { Invariant($"{one.Cluster}"), Invariant($"{one.Size:N0}"), string.Join(", ", one.Words), AnalysisScreen.Short(texts.Texts[one.Typical[0]]) }),
        ]);
    }
}
