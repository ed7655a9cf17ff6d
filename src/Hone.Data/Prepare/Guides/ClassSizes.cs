using Hone.Engine;

namespace Hone.Data.Prepare.Guides;

/// <summary>Says which classes have fewer than 100 examples.</summary>
static class ClassSizes
{
    const int Few = 100;
    const int MostListed = 5;

    public static Remedy? Check(Frame frame)
    {
        if (TaskKinds.Of(frame) != TaskKind.Classification)
            return null;
        CompletionClass[] small = [.. frame.Different.Classes.Where(one => one.Rows < Few).OrderBy(one => one.Rows)];
        if (small.Length == 0)
            return null;
        string list = string.Join(Text.Of(", ", "、"), small.Take(MostListed).Select(one => $"{Shown.Quoted(frame.Rows[one.First].Completion.Trim())} {one.Rows}"));
        string more = small.Length > MostListed ? ", …" : "";
        return new Remedy("class_sizes")
        {
            Finding = Text.Of($"Classes with fewer than 100 examples: {small.Length}: {list}{more}. Collect more of them.", $"有 {small.Length} 个类别的样本少于 100 个：{list}{more}。请补充。"),
        };
    }
}
