using Hone.Data.Prepare;
using Hone.Data.Prepare.Guides;
using Hone.Data.Tests.Formats;
using Hone.Engine.Tokenizers;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Prepare;

public class GuideTests
{
    static readonly Tokenizer Tokens = Tokenizer.Tiktoken("cl100k_base");

    [Theory]
    [InlineData(100, false)]
    [InlineData(99, true)]
    public void A_class_needs_100_examples(int count, bool isSmall)
    {
        Frame frame = PrepareRun.FrameOf(Enumerable.Range(0, 300).Select(i => ($"{i} ->", i < count ? " yes" : " no")));

        (ClassSizes.Check(frame)?.Finding.Contains("`yes` 99", StringComparison.Ordinal) ?? false).ShouldBe(isSmall);
    }

    [Fact]
    public void Empty_prompts_among_others_are_named()
    {
        Frame some = PrepareRun.FrameOf(("a", " x."), ("", " y."), (" \t", " z."));
        Frame all = PrepareRun.FrameOf(("", " x."), ("", " y."));
        Frame none = PrepareRun.FrameOf(("a", " x."), ("b", " y."));

        EmptyPrompts.Check(some)!.Rows.ShouldBe([1, 2]);
        EmptyPrompts.Check(some)!.Lines.ShouldBe([2, 3]);
        EmptyPrompts.Check(some)!.Recommended.ShouldBeNull();
        EmptyPrompts.Check(all).ShouldBeNull();
        EmptyPrompts.Check(none).ShouldBeNull();
    }

    [Theory]
    [InlineData("?", 500, false)]
    [InlineData("?", 499, true)]
    [InlineData("", 2000, false)]
    [InlineData("", 1999, true)]
    public void Generation_needs_500_examples_with_prompts_and_thousands_without(string prompt, int count, bool isSmall)
    {
        Frame frame = PrepareRun.FrameOf(Enumerable.Range(0, count).Select(i => (prompt, $" {i}.")));

        (GenerationSize.Check(frame) is not null).ShouldBe(isSmall);
    }

    [Fact]
    public void Classes_of_one_token_keep_their_names() =>
        ClassNames.Check(Classes(" positive", " negative"), Tokens).ShouldBeNull();

    [Fact]
    public void Other_tasks_have_no_class_names() =>
        ClassNames.Check(PrepareRun.FrameOf(("a ->", " incomprehensibilities"), ("b ->", " antidisestablishmentarianism")), Tokens).ShouldBeNull();

    [Fact]
    public void Long_names_are_cut_to_their_first_token_where_that_tells_them_apart()
    {
        ClassRenaming renaming = ClassNames.Check(Classes(" delivery_problem", " refund", " spammy_text"), Tokens)!;

        renaming.Remedy.Finding.ShouldStartWith("Classes of more than one token of the model: 2 of 3: ");
        renaming.Meanings.ShouldBe(new Dictionary<string, string> { ["delivery"] = "delivery_problem", ["refund"] = "refund", ["spam"] = "spammy_text" });
        renaming.Remedy.Recommended!.Apply(Classes(" delivery_problem", " refund", " spammy_text")).Rows.Select(row => row.Completion).Distinct().ShouldBe([" delivery", " refund", " spam"]);
    }

    [Fact]
    public void Names_that_begin_alike_become_numbers_without_the_space_that_would_be_a_token_of_its_own()
    {
        ClassRenaming renaming = ClassNames.Check(Classes(" order late", " order lost\t"), Tokens)!;

        renaming.Meanings.ShouldBe(new Dictionary<string, string> { ["0"] = "order late", ["1"] = "order lost\t" });
        renaming.Remedy.Recommended!.Apply(Classes(" order late", " order lost\t")).Rows[1].Completion.ShouldBe("1");
    }

    [Fact]
    public void Names_that_are_one_token_without_their_space_only_lose_the_space()
    {
        Frame frame = Classes(" 3", " 5");

        ClassRenaming renaming = ClassNames.Check(frame, Tokens)!;

        renaming.Meanings.ShouldBeEmpty();
        renaming.Remedy.Recommended!.Description.ShouldStartWith("Take the space before the classes away");
        renaming.Remedy.Recommended.Apply(frame).Rows.Select(row => row.Completion).Distinct().ShouldBe(["3", "5"]);
    }

    [Fact]
    public void A_model_whose_tokens_are_single_digits_gets_letters_for_more_than_ten_classes()
    {
        var tokens = Tokenizer.Load(Path.Combine(TestEncoder.RepositoryRoot, "tests", "parity", "tokenizers-hf", "qwen2-style"));
        Frame frame = PrepareRun.FrameOf(Enumerable.Range(0, 130).Select(i => ($"{i} ->", $" category_{i % 13:00}_x")));

        ClassRenaming renaming = ClassNames.Check(frame, tokens)!;

        renaming.Meanings.Count.ShouldBe(13);
        renaming.Meanings.Keys.ShouldAllBe(name => name.Length == 1 && char.IsAsciiLetter(name[0]));
    }

    [Fact]
    public void Without_a_space_they_become_numbers_and_the_common_ending_stays()
    {
        Frame frame = Classes("物流投诉：配送员态度差。", "物流投诉：配送太慢。");

        ClassRenaming renaming = ClassNames.Check(frame, Tokens)!;

        renaming.Meanings.ShouldBe(new Dictionary<string, string> { ["0"] = "物流投诉：配送员态度差", ["1"] = "物流投诉：配送太慢" });
        renaming.Remedy.Recommended!.Apply(frame).Rows.Select(row => row.Completion).Distinct().ShouldBe(["0。", "1。"]);
    }

    [Fact]
    public void More_classes_than_names_are_reported_and_left_alone()
    {
        Frame frame = PrepareRun.FrameOf(Enumerable.Range(0, 8000).Select(i => ($"{i} ->", $" category_{i % 2000}_x")));

        ClassRenaming renaming = ClassNames.Check(frame, Tokens)!;

        renaming.Remedy.Recommended.ShouldBeNull();
        renaming.Meanings.ShouldBeEmpty();
    }

    static Frame Classes(params string[] completions) => PrepareRun.FrameOf(Enumerable.Range(0, 12).Select(i => ($"{i} ->", completions[i % completions.Length])));
}
