using Hone.Data.Prepare;
using Hone.Data.Quality.Duplicates;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality;

/// <summary>The commands that findings advise, ready to be run: this run's own with the option that mends a file.</summary>
/// <param name="options">How the files are to be read and judged, as on the command line, with a space before each.</param>
sealed class QualityAdvice(IReadOnlyList<QualityFile> files, string options, FileProfile profile, RepeatedPrompts repeated)
{
    readonly Lazy<SuperfluousRows> _superfluous = new(() => SuperfluousRows.Of(profile, repeated));

    /// <summary>What <c>--fix</c> leaves out of the training file; known when all rows were judged.</summary>
    public SuperfluousRows Superfluous => _superfluous.Value;

    /// <summary>What leaves superfluous rows out of the training file, and how many these are.</summary>
    public string FixTraining()
    {
        string command = Fix(DataPart.Train, files.Select(file => file.Part));
        (int again, int leaked) = (Superfluous.Repeated.Count, Superfluous.Leaked.Count);
        return (again, leaked) switch
        {
            (_, 0) => Text.Of(Invariant($"'{command}' leaves out {Text.Counted(again, "example that repeats others", "examples that repeat others")}, to the letter or nearly so"), Invariant($"'{command}' 会去掉 {again:N0} 个重复或几乎重复的样本")),
            (0, _) => Text.Of(Invariant($"'{command}' leaves out {Text.Counted(leaked, "training example")} that other files have too, to the letter or nearly so"), Invariant($"'{command}' 会去掉 {leaked:N0} 个其他文件中也有（或几乎相同）的训练样本")),
            _ => Text.Of(
                Invariant($"'{command}' leaves out {Text.Counted(again, "example that repeats others", "examples that repeat others")} and the {leaked:N0} that other files have too, to the letter or nearly so"),
                Invariant($"'{command}' 会去掉 {again:N0} 个重复的样本和 {leaked:N0} 个其他文件中也有的样本（几乎相同的也算）")),
        };
    }

    /// <summary>What leaves those rows out of a file that it repeats, or that the files of other parts have.</summary>
    public string Fix(DataPart part, IEnumerable<DataPart> others) => Command(part, others) + WriteTo("--fix", part, "_fixed.jsonl");

    /// <summary>What masks the personal data of a file.</summary>
    public string Mask(DataPart part) => Command(part, []) + WriteTo("--mask", part, "_masked.jsonl");

    string Command(DataPart part, IEnumerable<DataPart> others)
    {
        string more = string.Concat(others.Where(other => other != part).Select(other => $" --{(other == DataPart.Valid ? "valid" : "test")} {ShellWord.Of(PathOf(other))}"));
        return $"hone data quality {ShellWord.Of(PathOf(part))}{more}{options}";
    }

    string WriteTo(string option, DataPart part, string ending) => $" {option} {ShellWord.Of(PreparedFiles.StemOf(Path.GetFileName(PathOf(part))) + ending)}";

    string PathOf(DataPart part) => files.Single(file => file.Part == part).Path;
}
