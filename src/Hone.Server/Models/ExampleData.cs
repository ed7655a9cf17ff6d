using Hone.Engine;

namespace Hone.Server.Models;

/// <summary>The data sets that come with Hone: the folders in <c>examples/</c> beside the program, or at the root of its repository.</summary>
public static class ExampleData
{
    /// <summary>The path of a file, such as <c>sentiment/train.jsonl</c>.</summary>
    public static string Find(string file) =>
        ShippedFiles.Find(Path.Combine("examples", file))
        ?? throw new HoneException(Text.Of($"The example examples/{file} is missing. Clone the repository again.", $"缺少示例 examples/{file}。请重新克隆仓库。"));
}
