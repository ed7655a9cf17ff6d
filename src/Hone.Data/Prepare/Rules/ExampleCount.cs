using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Counts the rows, and says when there are fewer than 100.</summary>
static class ExampleCount
{
    const int Few = 100;

    public static Remedy Check(Frame frame)
    {
        int count = frame.Rows.Count;
        if (count == 0)
            throw new HoneException(Text.Of("The file has no examples. Write one prompt and completion per row.", "文件中没有样本。请每行写一个提示和补全。"));
        string advice = count >= Few ? "" : Text.Of(
            ". A few hundred are better: quality grows about evenly with every doubling of the examples",
            "。最好有几百个：样本每翻一倍，质量大致同步提高");
        return new Remedy("num_examples") { Finding = Text.Of($"Pairs of prompt and completion: {count}{advice}.", $"文件有 {count} 对提示与补全{advice}。") };
    }
}
