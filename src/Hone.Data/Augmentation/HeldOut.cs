using System.Text.RegularExpressions;
using Hone.Data.Mapping;
using Hone.Data.Quality.Similarity;
using Hone.Data.Sources;
using Hone.Data.Splits;
using Hone.Engine;

namespace Hone.Data.Augmentation;

/// <summary>Data that measures a model and must stay as people wrote it: it is not augmented, and nothing that is made repeats its prompts.</summary>
public static partial class HeldOut
{
    /// <summary>Refuses the validation or test part of a split, as its record or the file's name says, and a file that is augmented already.</summary>
    /// <param name="isTraining">Whether the user says that the file is for training, whatever its name.</param>
    /// <exception cref="HoneException">The file is not for training.</exception>
    public static void RequireTraining(string path, bool isTraining)
    {
        if (SplitFiles.Find(path) is { Part: SplitPart.Valid or SplitPart.Test } part)
            throw new HoneException(Text.Of(
                $"{path} is the {(part.Part == SplitPart.Valid ? "validation" : "test")} part of a split: augmented data would measure the model on what nobody wrote. Augment the training part.",
                $"{path} 是划分出的{(part.Part == SplitPart.Valid ? "验证" : "测试")}集：用增强数据衡量模型没有意义。请增强训练集。"));
        if (!isTraining && EvaluationName().IsMatch(Path.GetFileName(path)))
            throw new HoneException(Text.Of(
                $"{path} is validation or test data by its name, which is never augmented. If it is for training after all, say so with --training.",
                $"从名称看 {path} 是验证或测试数据，不能增强。如果确实用于训练，请加 --training。"));
        if (File.Exists(OriginsOf(path)))
            throw new HoneException(Text.Of(
                $"{path} holds augmented examples already, as {OriginsOf(path)} says. Augment the file that it was made of.",
                $"{OriginsOf(path)} 表明 {path} 已含有增强样本。请增强它的原始文件。"));
    }

    /// <summary>The parts of the same split whose prompts must not appear in training.</summary>
    public static IReadOnlyList<string> PartsBeside(string path) => SplitFiles.Find(path)?.Others ?? [];

    /// <summary>Where it is written which examples of a file are augmented.</summary>
    public static string OriginsOf(string path) => Path.ChangeExtension(path, null) + "_origins.jsonl";

    /// <summary>Adds the prompts of a file.</summary>
    internal static void AddPrompts(string path, HashSet<ulong> prompts)
    {
        var source = SourceFile.Open(path);
        foreach (MappedRow row in new MappedRows(source.Read, RowMapping.Of(source), keepsColumns: false).Read())
            prompts.Add(NormalText.Hash(NormalText.Of(row.ToSample().Prompt)));
    }

    [GeneratedRegex(@"(^|[_.\- ])(valid|validation|val|dev|test|testing|eval|evaluation|holdout|heldout)\.[^.]+(\.gz)?$|(验证|测试|评估)集?\.[^.]+(\.gz)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex EvaluationName();
}
