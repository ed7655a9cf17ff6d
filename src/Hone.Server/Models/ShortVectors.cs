using System.Text.Json.Nodes;
using Hone.Engine;

namespace Hone.Server.Models;

/// <summary>Which beginnings of a model's vectors were trained to be useful alone (Matryoshka).</summary>
public static class ShortVectors
{
    const string Dimensions = "dimensions";

    /// <summary>What <c>hone pretrain</c> was told, which built-in models have beside their weights.</summary>
    const string PretrainFile = "pretrain.json";

    /// <summary>What to say of vectors that are shortened to a length that the model was not trained for; null where it was.</summary>
    public static string? NoticeOf(ModelEntry entry, int length)
    {
        int[] known = LengthsOf(entry);
        if (known.Contains(length))
            return null;
        string lengths = string.Join(", ", known);
        return known.Length > 0
            ? Text.Of($"{entry.Id} was trained for vectors of {lengths} numbers, not of {length}: these may tell less than their length lets expect.", $"{entry.Id} 训练时支持的维数是 {lengths}，不包括 {length}：这样的向量区分力可能较弱。")
            : Text.Of($"{entry.Id} does not say for which shorter vectors it was trained: these of {length} numbers may tell much less than whole ones.", $"{entry.Id} 没有说明训练时支持哪些较短的维数：{length} 维向量的区分力可能远不如完整的向量。");
    }

    /// <summary>Why vectors that do not say their model cannot be those of a model: they are shorter, and it was not trained for that length; null where they can.</summary>
    /// <param name="length">Of these vectors.</param>
    /// <param name="whole">The length of the model's own.</param>
    public static string? ProblemOf(ModelEntry entry, int length, int whole)
    {
        int[] known = LengthsOf(entry);
        if (length >= whole || known.Contains(length))
            return null;
        int[] lengths = [whole, .. known.Where(shorter => shorter < whole)];
        return Text.Of(
            $"The vectors have {length} numbers and do not say their model, and those of {entry.Id} have {string.Join(" or ", lengths)}: they are of another model. Name theirs, or embed the rows again.",
            $"这些向量为 {length} 维且没有说明其模型，而 {entry.Id} 的向量为 {string.Join(" 或 ", lengths)} 维：它们来自其他模型。请指定它们的模型，或重新生成这些行的向量。");
    }

    /// <summary>Empty where it is not known.</summary>
    static int[] LengthsOf(ModelEntry entry)
    {
        string path = Path.Combine(entry.Folder, PretrainFile);
        JsonNode? said = entry.Record?.Hyperparameters ?? (entry.Origin == ModelOrigin.BuiltIn && File.Exists(path) ? JsonNode.Parse(File.ReadAllBytes(path)) : null);
        return said?[Dimensions] is JsonArray lengths ? [.. lengths.Select(length => length!.GetValue<int>())] : [];
    }
}
