using Hone.Data.Formats;
using Hone.Data.Pairs;
using Hone.Data.Quality;

namespace Hone.Cli.DataSets;

/// <summary>Files that commands train on, test on or show: training lines as they stand. For any other file the command that makes them is named.</summary>
static class TrainingLines
{
    static readonly string[] Extensions = [".jsonl", ".ndjson"];

    /// <summary>The path, where the file is called JSON Lines or begins like it.</summary>
    /// <param name="forPairs">The command to name for a file of pairs of texts; null for the one that trains on them.</param>
    /// <exception cref="HoneException">The file is a table, a workbook, a text or another JSON, or holds rows that are no training lines, such as pairs of texts.</exception>
    public static string Require(string path, string? forPairs = null)
    {
        string convert = $"hone data convert {ShellWord.Of(path)}";
        if (!IsNamedSo(path))
            return Require(path, DatasetReader.KindOf, convert);
        if (!File.Exists(path) || !HoldsOtherRows(path))
            return path;
        forPairs ??= $"hone finetune {ShellWord.Of(path)} --model hone-embed";
        throw PairReader.IsPairs(path)
            ? new HoneException(Text.Of(
                $"{path} holds pairs of texts, which embedding models learn from, such as hone-embed: {forPairs}",
                $"{path} 含文本对，用于训练 hone-embed 等向量模型：{forPairs}"))
            : NoLines(path, convert);
    }

    /// <summary>As <see cref="Require(string, string?)"/>, for pairs of texts.</summary>
    public static string RequirePairs(string path) => IsNamedSo(path) ? path : Require(path, PairReader.KindOf, $"hone data pairs {ShellWord.Of(path)} --output pairs.jsonl");

    static bool IsNamedSo(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>False for a file that cannot be read: what is wrong with it is said where all of its lines are read.</summary>
    static bool HoldsOtherRows(string path)
    {
        try
        {
            return DatasetReader.HoldsOtherRows(path);
        }
        catch (HoneException problem) when (problem is not PipeException)
        {
            return false;
        }
    }

    static string Require<T>(string path, Func<string, T> read, string command)
    {
        if (!File.Exists(path))
            return path;
        try
        {
            _ = read(path);
            return path;
        }
        catch (HoneException problem) when (problem is not PipeException)
        {
            throw NoLines(path, command, problem);
        }
    }

    static HoneException NoLines(string path, string command, Exception? reason = null) =>
        new(Text.Of(
            $"{path} holds no training lines. Make a file of them with: {command}",
            $"{path} 不是训练样本文件。请先运行：{command}"), reason!);
}
