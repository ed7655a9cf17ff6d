using Hone.Data.Formats;
using Hone.Data.Pairs;
using Hone.Data.Quality;

namespace Hone.Cli.DataSets;

/// <summary>Files that commands train on, test on or show: training lines as they stand. For any other file the command that makes them is named.</summary>
static class TrainingLines
{
    static readonly string[] Extensions = [".jsonl", ".ndjson"];

    /// <summary>The path, where the file is called JSON Lines or begins like it.</summary>
    /// <exception cref="HoneException">The file is a table, a workbook, a text or another JSON.</exception>
    public static string Require(string path) => Require(path, DatasetReader.KindOf, $"hone data convert {ShellWord.Of(path)}");

    /// <summary>As <see cref="Require(string)"/>, for pairs of texts.</summary>
    public static string RequirePairs(string path) => Require(path, PairReader.KindOf, $"hone data pairs {ShellWord.Of(path)} --output pairs.jsonl");

    static string Require<T>(string path, Func<string, T> read, string command)
    {
        if (!File.Exists(path) || Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            return path;
        try
        {
            _ = read(path);
            return path;
        }
        catch (HoneException problem) when (problem is not PipeException)
        {
            throw new HoneException(Text.Of(
                $"{path} holds no training lines. Make a file of them with: {command}",
                $"{path} 不是训练样本文件。请先运行：{command}"), problem);
        }
    }
}
