using System.CommandLine;
using System.CommandLine.Parsing;
using Hone.Data.Quality;
using Hone.Data.Sources;
using Hone.Data.Splits;
using Hone.Engine.Embedding;

namespace Hone.Cli.DataSets;

/// <summary>What <c>hone data quality</c> is told besides the file.</summary>
sealed class QualityArguments
{
    readonly Option<string?> _valid = new("--valid") { Description = Text.Of("Validation file: looks for leakage", "验证文件：检查数据泄漏"), HelpName = "FILE" };
    readonly Option<string?> _test = new("--test") { Description = Text.Of("Test file, likewise", "测试文件，同上"), HelpName = "FILE" };

    readonly Option<double?> _refusals = new Option<double?>("--expected-refusals")
    {
        Description = Text.Of("Share of answers that should refuse, from 0 to 1", "应拒答的回答比例，0 到 1"),
        HelpName = "SHARE",
    }
        .Within(share => share is null or (>= 0 and <= 1), Text.Of("--expected-refusals must be from 0 to 1, such as 0.05.", "--expected-refusals 须在 0 到 1 之间，例如 0.05。"))
        .WithoutComma();

    readonly Option<string?> _annotators = new Option<string?>("--annotators")
    {
        Description = Text.Of("Columns of the annotators, separated by commas (default: recognised, such as label_1, label_2)", "标注者的列，用逗号分隔（默认自动识别，如 label_1、label_2）"),
        HelpName = "COLUMNS",
    }.Within(columns => columns is null || ColumnsOf(columns).Length >= 2, Text.Of("--annotators needs two columns or more, separated by commas.", "--annotators 需要两个以上的列，用逗号分隔。"));

    readonly Option<double?> _near = NearOption.CreateOptional(Text.Of("Texts that are this similar are nearly the same", "相似度达到此值的文本视为几乎相同"));
    readonly SemanticOption _semantic = new(Text.Of("Also compare the answers of prompts that say the same in other words", "换种说法意思相同的提示也比较其回答"));
    readonly Option<string> _fix = new Option<string>("--fix") { Description = Text.Of("Write the training lines without repeated ones and without those of the other files", "写出去掉重复样本、以及验证和测试文件中样本的训练文件"), HelpName = "OUT" }.NotEmpty().ToFile();
    readonly Option<string> _mask = new Option<string>("--mask") { Description = Text.Of("Write the training lines with placeholders for personal data", "写出用占位符遮盖个人信息的训练样本"), HelpName = "OUT" }.NotEmpty().ToFile();
    readonly Option<string> _report = new Option<string>("--report") { Description = Text.Of("Also write the score card as a page", "另存为网页报告"), HelpName = "FILE.html" }.NotEmpty().ToFile();
    readonly Option<bool> _force = DataOutput.CreateForce();

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _valid, _test, _refusals, _annotators, _near })
            command.Add(option);
        _semantic.AddTo(command);
        foreach (Option option in new Option[] { _fix, _mask, _report, _force })
            command.Add(option);
    }

    public IEnumerable<(DataPart Part, string Path)> OtherFiles(ParseResult parse)
    {
        if (parse.GetValue(_valid) is { } valid)
            yield return (DataPart.Valid, valid);
        if (parse.GetValue(_test) is { } test)
            yield return (DataPart.Test, test);
    }

    /// <summary>The model that turns texts into vectors; null where it is not asked for.</summary>
    public EmbeddingModel? OpenModel(ParseResult parse) => _semantic.Open(parse);

    public QualityOptions OptionsOf(ParseResult parse) =>
        new()
        {
            ExpectedRefusals = parse.GetValue(_refusals),
            Annotators = ColumnsOf(parse.GetValue(_annotators) ?? ""),
            CommandOptions = string.Concat(OptionsToRepeat(parse).Select(option => $" {option.IdentifierToken!.Value}{string.Concat(option.Tokens.Select(value => " " + ShellWord.Of(value.Value)))}")),
            Similarity = NearOption.Of(parse, _near) ?? SplitSettings.DefaultSimilarity,
            Cosine = _semantic.CosineOf(parse),
        };

    /// <summary>How the files are to be read and which texts are nearly the same: what decides about the rows that are left out.</summary>
    IEnumerable<OptionResult> OptionsToRepeat(ParseResult parse) =>
        parse.CommandResult.Children.OfType<OptionResult>().Where(given => !given.Implicit && !((Option[])[_valid, _test, _refusals, _annotators, .. _semantic.Options, _fix, _mask, _report, _force]).Contains(given.Option) && parse.CommandResult.Command.Options.Contains(given.Option));

    /// <summary>Where to write the file without superfluous rows, the masked one, and the page; null where it is not asked for.</summary>
    public (string? Fixed, string? Masked, string? Page) Targets(ParseResult parse, SourceFile source)
    {
        bool mayReplace = parse.GetValue(_force);
        string? fixedPath = parse.GetValue(_fix) is { } given ? DataOutput.Free(given, source, mayReplace, "--fix") : null;
        string? maskedPath = parse.GetValue(_mask) is { } other ? DataOutput.Free(other, source, mayReplace, "--mask", fixedPath) : null;
        string? page = parse.GetValue(_report);
        foreach ((string? path, string option) in new[] { (fixedPath, "--fix"), (maskedPath, "--mask"), (page, "--report") })
        {
            if (path is null)
                continue;
            foreach (string read in OtherFiles(parse).Select(other => other.Path).Prepend(source.Path))
                DataOutput.Free(path, read, mayReplace: true, option);
        }
        foreach (string? written in (string?[])[fixedPath, maskedPath])
        {
            if (page is not null)
                DataOutput.Free(page, source.Path, mayReplace: true, "--report", written);
        }
        return (fixedPath, maskedPath, page);
    }

    static string[] ColumnsOf(string list) => list.Split([',', '，'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
