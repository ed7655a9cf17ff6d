using Hone.Data.Formats;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Training;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Formats;

public class ExampleEncoderTests
{
    readonly ChatEncoder _chat = TestEncoder.Create();

    [Fact]
    public void Prompt_and_completion_follow_one_another_as_plain_text_and_end()
    {
        EncodedExample encoded = new ExampleEncoder(_chat).Encode(new CompletionLine(1, 1, "味道很好 ->", " positive"));

        encoded.Text.ShouldBe("味道很好 -> positive<|endoftext|>");
        encoded.TargetRanges.ShouldBe([("味道很好 ->".Length, encoded.Text.Length, 1f)]);
        encoded.ToExample(1).Ids[^1].ShouldBe(_chat.EndIds[0]);
    }

    [Theory]
    [InlineData("好", "的")]
    [InlineData("The weather is n", "ice")]
    [InlineData("a ", " b")]
    [InlineData("", "x")]
    [InlineData("<|im_start|>", "<|im_end|>")]
    public void The_model_is_asked_with_exactly_the_tokens_it_was_trained_with(string prompt, string completion)
    {
        CompletionEncoder encoder = new(_chat.Tokenizer, _chat.EndIds[0]);

        int[] asked = encoder.EncodePrompt(prompt);
        TrainingExample trained = encoder.Encode(prompt, completion).ToExample(1);

        trained.Ids.Take(asked.Length).ShouldBe(asked);
        trained.Weights.Take(asked.Length).ShouldAllBe(weight => weight == 0);
        trained.Weights.Skip(asked.Length).ShouldAllBe(weight => weight == 1);
        _chat.Tokenizer.Decode(trained.Ids.AsSpan(0, trained.Ids.Length - 1), skipSpecial: false).ShouldBe(prompt + completion);
        trained.Ids.Count(_chat.Tokenizer.SpecialIds.Contains).ShouldBe(1);
    }

    [Fact]
    public void Of_a_preference_only_the_two_answers_are_targets()
    {
        Conversation prompt = new([new("user", "Q1"), new("assistant", "A1"), new("user", "Q2")]);
        PreferenceLine line = new(1, 1, prompt, new ChatMessage("assistant", "good"), new ChatMessage("assistant", "bad"));

        EncodedExample[] encoded = new ExampleEncoder(_chat).EncodeAll(line);

        encoded.Select(Targets).ShouldBe([["good<|im_end|>"], ["bad<|im_end|>"]]);
        encoded[0].ToExample(1).Ids.Zip(encoded[1].ToExample(1).Ids).TakeWhile(pair => pair.First == pair.Second).Count().ShouldBeGreaterThan(10);
    }

    static string[] Targets(EncodedExample encoded) => [.. encoded.TargetRanges.Select(range => encoded.Text[range.Start..range.End])];
}
