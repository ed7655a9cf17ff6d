using Hone.Engine.Tokenizers;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Tokenizers;

[Collection(RunsAlone.Name)]
public class AdversarialTextTests
{
    const int Length = 1 << 20;

    /// <summary>Ten times what it takes; with a time that grows with the square of the length it would be minutes.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Units => ["a", " ", "👍", "中", "ab", "\n", "'", "1", "a ", "<|", "e\u0301"];

    [Theory, MemberData(nameof(Units))]
    public void A_megabyte_of_one_thing_takes_the_processor_moments(string unit)
    {
        string text = string.Concat(Enumerable.Repeat(unit, Length / unit.Length));

        foreach (Tokenizer tokenizer in ByteLevelAndSentencePiece())
        {
            tokenizer.Encode(text[..1000]);
            FastestOf(5, () => tokenizer.Encode(text)).ShouldBeLessThan(Limit);
        }
    }

    [Theory, MemberData(nameof(Units))]
    public void Long_text_merges_as_short_text_does(string unit)
    {
        // 300 characters go through the heap; the vocabulary's merges are checked one by one in a plain list.
        string text = string.Concat(Enumerable.Repeat(unit, 300));
        Tokenizer stories = Tokenizer.Load(ParityFolder.Model("stories260k"));

        stories.Encode(text, addSpecial: false).ShouldBe(PlainMerges.Encode(ParityFolder.Model("stories260k"), text));
    }

    static List<Tokenizer> ByteLevelAndSentencePiece()
    {
        string folder = ParityFolder.Require("tokenizers-hf");
        List<Tokenizer> tokenizers = [Tokenizer.Load(ParityFolder.Model("stories260k"))];
        foreach (string model in Directory.GetDirectories(folder))
            if (File.ReadAllText(Path.Combine(model, "tokenizer.json")).Contains("\"ByteLevel\"", StringComparison.Ordinal))
                tokenizers.Add(Tokenizer.Load(model));
        return tokenizers;
    }

    // Processor time: that on the clock is other processes' too. Of several measurements the least, for threads of the runner take time as well.
    static TimeSpan FastestOf(int attempts, Action action)
    {
        TimeSpan fastest = TimeSpan.MaxValue;
        for (int attempt = 0; attempt < attempts && fastest > Limit / 2; attempt++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            action();
            TimeSpan elapsed = Environment.CpuUsage.TotalTime - before;
            fastest = elapsed < fastest ? elapsed : fastest;
        }
        return fastest;
    }
}
