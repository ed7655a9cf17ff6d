using System.Text;
using System.Text.Json;
using Hone.Engine.Generation;
using Hone.Engine.Models;
using Hone.Engine.Tokenizers;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Generation;

public sealed class TextGeneratorTests : IDisposable
{
    const string Start = "Once upon a time, there was a little girl named";

    static readonly string Folder = ParityFolder.Model("stories260k");

    readonly ModelFolder _folder = ModelFolder.Open(Folder);
    readonly Tokenizer _tokenizer = Tokenizer.Load(Folder);
    readonly TextGenerator _generator;

    public TextGeneratorTests() => _generator = new TextGenerator(_folder.Load(), _tokenizer, _folder.EosTokenIds);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_real_model_continues_its_prompt_with_the_expected_text()
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "expected.json")));
        string prompt = expected.RootElement.GetProperty("prompt").GetString()!;
        int[] tokens = Ids(expected, "greedy_ids");

        int[] promptTokens = _tokenizer.Encode(prompt);
        GeneratedText text = Generate(_generator, promptTokens, SamplingOptions.Greedy with { MaxTokens = tokens.Length })[0];

        promptTokens.ShouldBe(Ids(expected, "prompt_ids"));
        text.Tokens.ShouldBe(tokens);
        (prompt + text.Text).ShouldBe(expected.RootElement.GetProperty("greedy_text").GetString());
        text.Finish.ShouldBe(FinishReason.Length);
    }

    [Fact]
    public void Options_are_checked_before_anything_is_generated() =>
        Should.Throw<HoneException>(() => _generator.Generate([1], SamplingOptions.Greedy with { Choices = 0 })).Message.ShouldContain("choices");

    [Fact]
    public void A_text_stops_before_a_stop_string_that_spans_tokens_and_no_piece_of_it_is_shown()
    {
        string whole = Generate(SamplingOptions.Greedy with { MaxTokens = 60 }).Text;
        foreach (string stop in (string[])["park", "e park. One", " outside in the", ".", "She wanted to p"])
        {
            string shown = "";
            GeneratedText text = Generate(SamplingOptions.Greedy with { MaxTokens = 60, StopStrings = [stop, "never"] }, delta => shown += delta.Text);

            text.Text.ShouldBe(whole[..whole.IndexOf(stop, StringComparison.Ordinal)]);
            text.Finish.ShouldBe(FinishReason.Stop);
            shown.ShouldBe(text.Text);
            _tokenizer.Decode([.. _tokenizer.Encode(Start), .. text.Tokens]).ShouldStartWith(Start + text.Text);
            text.LogProbabilities.ShouldBeEmpty();
        }
    }

    [Fact]
    public void Pieces_join_to_the_text_and_never_end_inside_a_character()
    {
        // Byte tokens at a high temperature: most are no UTF-8.
        var bias = Enumerable.Range(3, 256).ToDictionary(id => id, _ => 30f);
        SamplingOptions options = new() { Temperature = 5, LogitBias = bias, MaxTokens = 200, Seed = 3, Choices = 3 };
        var shown = new Dictionary<int, string>();

        IReadOnlyList<GeneratedText> texts = Generate(
            _generator, _tokenizer.Encode(Start), options, delta => shown[delta.Choice] = shown.GetValueOrDefault(delta.Choice) + delta.Text);

        for (int choice = 0; choice < texts.Count; choice++)
        {
            shown[choice].ShouldBe(texts[choice].Text);
            byte[] bytes = [.. texts[choice].Tokens.SelectMany(token => _tokenizer.TokenBytes(token).ToArray())];
            texts[choice].Text.ShouldBe(Encoding.UTF8.GetString(bytes));
        }
    }

    [Fact]
    public void Prompts_together_get_the_texts_they_get_alone()
    {
        SamplingOptions options = new() { Seed = 9, MaxTokens = 40, Choices = 2, StopStrings = ["."], TopLogProbabilities = 1 };
        int[][] prompts = [.. ((string[])["Tom had a", Start, "The dog", Start + " Lucy"]).Select(text => _tokenizer.Encode(text))];

        IReadOnlyList<IReadOnlyList<GeneratedText>> together = _generator.Generate(prompts, options, cancel: TestContext.Current.CancellationToken);

        for (int i = 0; i < prompts.Length; i++)
        {
            IReadOnlyList<GeneratedText> alone = Generate(new TextGenerator(_folder.Load(), _tokenizer, _folder.EosTokenIds), prompts[i], options);
            together[i].Select(text => text.Text).ShouldBe(alone.Select(text => text.Text));
            together[i].SelectMany(text => text.LogProbabilities.Select(item => item.LogProbability)).ShouldBe(
                alone.SelectMany(text => text.LogProbabilities.Select(item => item.LogProbability)));
            together[i].ShouldAllBe(text => text.LogProbabilities.Count == text.Tokens.Count);
        }
    }

    [Fact]
    public void A_cancelled_generation_leaves_nothing_behind()
    {
        using var cancel = new CancellationTokenSource();
        SamplingOptions options = SamplingOptions.Greedy with { MaxTokens = 30 };

        Should.Throw<OperationCanceledException>(() => _generator.Generate([[1, 2, 3], [4, 5]], options, _ => cancel.Cancel(), cancel.Token));
        string after = Generate(options).Text;

        after.ShouldBe(Generate(new TextGenerator(_folder.Load(), _tokenizer, []), _tokenizer.Encode(Start), options)[0].Text);
    }

    GeneratedText Generate(SamplingOptions options, Action<TextDelta>? onText = null) => Generate(_generator, _tokenizer.Encode(Start), options, onText)[0];

    static IReadOnlyList<GeneratedText> Generate(TextGenerator generator, int[] prompt, SamplingOptions options, Action<TextDelta>? onText = null) =>
        generator.Generate(prompt, options, onText, TestContext.Current.CancellationToken);

    static int[] Ids(JsonDocument document, string name) => [.. document.RootElement.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
