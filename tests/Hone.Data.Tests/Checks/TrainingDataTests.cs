using Hone.Data.Checks;
using Hone.Data.Formats;
using Hone.Data.Tests.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Checks;

public class TrainingDataTests
{
    static readonly TrainingLimits Limits = new(ContextTokens: 64);

    [Fact]
    public void A_good_file_is_loaded_whole()
    {
        TrainingData data = Load(Lines(12, i => Completion($"review {i} ->", " positive")), Limits);

        (data.Kind, data.Count, data.Examples.Count).ShouldBe((DatasetKind.Completion, 12, 12));
        data.TokenCount.ShouldBe(data.Examples.Sum(example => example.Ids.Length));
        data.TargetCount.ShouldBe(data.Examples.Sum(example => example.TargetCount));
        data.Examples.Select(example => example.Line).ShouldBe(Enumerable.Range(1, 12));
    }

    [Fact]
    public void Fewer_than_10_examples_are_refused() =>
        Problem(Lines(7, _ => Completion("a", " b")), Limits).ShouldBe("Training file has 7 example(s), but must have at least 10 examples");

    [Fact]
    public void An_example_longer_than_the_context_is_refused_by_its_line_and_never_cut()
    {
        string long1 = Completion(string.Concat(Enumerable.Repeat("词语 ", 100)), " b");

        string problem = Problem(Lines(12, i => i is 3 or 8 ? long1 : Completion("a", " b")), Limits);

        problem.ShouldStartWith("The example at line 3 has ");
        problem.ShouldContain("more than the model's context of 64 (so do 1 more: line 8)");
    }

    [Theory]
    [InlineData(6, "(so do 5 more: line 2, 3, 4, 5, 6)")]
    [InlineData(7, "(so do 6 more: line 2, 3, 4, 5, 6, …)")]
    public void Five_of_more_lines_are_listed(int count, string expected)
    {
        string tooLong = Completion(string.Concat(Enumerable.Repeat("词语 ", 100)), " b");

        Problem(Lines(12, i => i <= count ? tooLong : Completion("a", " b")), Limits).ShouldContain(expected);
    }

    [Fact]
    public void An_example_without_target_tokens_is_refused_by_its_line()
    {
        static string Chat(string weight) =>
            $$"""{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": {{weight}}}]}""";

        Problem(Lines(12, i => Chat(i == 5 ? "0" : "1")), Limits).ShouldStartWith("The example at line 5 has no target tokens: ");
    }

    [Fact]
    public void More_tokens_than_the_limit_are_refused_at_the_line_that_goes_beyond() =>
        Problem(Lines(12, _ => Completion("a", " b")), Limits with { MaximumTokens = 20 }).ShouldStartWith("The file has more than 20 tokens; line ");

    [Fact]
    public void The_method_must_fit_the_file()
    {
        TrainingData data = Load(Lines(12, _ => Completion("a", " b")), Limits);

        data.RequireMethod("a.jsonl", "supervised");
        Should.Throw<HoneException>(() => data.RequireMethod("a.jsonl", "dpo")).Message.ShouldContain("is not using 'supervised' as the training method (provided method=dpo)");
    }

    static string Completion(string prompt, string completion) => $$"""{"prompt": "{{prompt}}", "completion": "{{completion}}"}""";

    static string Lines(int count, Func<int, string> line) => string.Join('\n', Enumerable.Range(1, count).Select(line));

    static TrainingData Load(string text, TrainingLimits limits)
    {
        using TextFile file = new(text);
        return TrainingData.Load(file.Path, TestEncoder.Create(), limits, TestContext.Current.CancellationToken);
    }

    static string Problem(string text, TrainingLimits limits) => Should.Throw<HoneException>(() => Load(text, limits)).Message;
}
