using Hone.Engine.Adapters;
using Hone.Engine.Generation;
using Hone.Engine.Models;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Generation;

public sealed class GenerationSessionTests
{
    /// <summary>Log probabilities reveal a difference in the last bits of the logits.</summary>
    static readonly SamplingOptions Options = new() { Seed = 11, MaxTokens = 24, TopP = 0.95f, TopLogProbabilities = 2 };

    public static TheoryData<string, int> Models => new() { { "llama", 0 }, { "mistral", 50 }, { "qwen3", 0 }, { "gpt2", 0 } };

    [Theory, MemberData(nameof(Models))]
    public void A_sequence_gets_the_same_bits_alone_and_among_others(string family, int window)
    {
        CausalModel model = SmallModel.Create(family, window);
        int[][] prompts = [.. Enumerable.Range(0, 7).Select(i => SmallModel.Prompt(1 + 61 * i, i))];
        TokenSequence[] alone = [.. prompts.Select((prompt, i) => SmallModel.Continue(model, prompt, Options with { MaxTokens = 5 + 7 * i }))];

        var session = new GenerationSession(model, []);
        TokenSequence[] together = [.. prompts.Select((prompt, i) => session.Add(prompt, Options with { MaxTokens = 5 + 7 * i }))];
        SmallModel.Run(session);

        for (int i = 0; i < prompts.Length; i++)
            ShouldBeSame(together[i], alone[i]);
    }

    [Theory, MemberData(nameof(Models))]
    public void A_prompt_gets_the_same_bits_whether_its_beginning_was_computed_before_or_not(string family, int window)
    {
        CausalModel model = SmallModel.Create(family, window);
        int[] prompt = SmallModel.Prompt(300);
        TokenSequence alone = SmallModel.Continue(model, prompt, Options);
        var session = new GenerationSession(model, []);

        foreach (int shared in (ReadOnlySpan<int>)[40, 127, 128, 129, 250])
        {
            session.Add([.. prompt[..shared], 3], Options);
            SmallModel.Run(session);
        }

        long before = session.ComputedPromptTokens;
        TokenSequence after = session.Add(prompt, Options);
        SmallModel.Run(session);

        ShouldBeSame(after, alone);
        (session.ComputedPromptTokens - before).ShouldBe(50);
    }

    [Theory, MemberData(nameof(Models))]
    public void Sequences_of_several_adapters_get_the_bits_that_each_adapter_gives_alone(string family, int window)
    {
        int[][] prompts = [.. Enumerable.Range(0, 8).Select(i => SmallModel.Prompt(3 + 41 * i, i))];
        CausalModel model = SmallModel.Create(family, window);
        LoraAdapter?[] adapters = [null, Adapter(model, 4, 1), Adapter(model, 7, 2)];
        TokenSequence[] alone = [.. prompts.Select((prompt, i) => ContinueAttached(SmallModel.Create(family, window), i % 3, prompt))];

        var session = new GenerationSession(model, []);
        TokenSequence[] together = [.. prompts.Select((prompt, i) => session.Add(prompt, Options, adapter: adapters[i % 3]))];
        SmallModel.Run(session);

        for (int i = 0; i < prompts.Length; i++)
            ShouldBeSame(together[i], alone[i]);
        alone[3].LogProbabilities[0].ShouldNotBe(SmallModel.Continue(model, prompts[4], Options).LogProbabilities[0]);
    }

    [Fact]
    public void A_prompt_that_was_computed_with_one_adapter_is_not_used_for_another()
    {
        CausalModel model = SmallModel.Create();
        int[] prompt = SmallModel.Prompt(200);
        LoraAdapter[] adapters = [Adapter(model, 4, 1), Adapter(model, 4, 2)];
        TokenSequence[] alone = [.. adapters.Select(adapter => AloneWith(adapter))];
        var session = new GenerationSession(model, []);

        TokenSequence[] first = [.. adapters.Select(adapter => session.Add(prompt, Options, adapter: adapter))];
        SmallModel.Run(session);
        TokenSequence again = session.Add(prompt, Options, adapter: adapters[0]);
        SmallModel.Run(session);
        session.Forget(adapters[0]);
        TokenSequence forgotten = session.Add(prompt, Options, adapter: adapters[0]);
        SmallModel.Run(session);

        first.Select(sequence => sequence.CachedPromptTokens).ShouldBe([0, 0]);
        again.CachedPromptTokens.ShouldBe(199);
        forgotten.CachedPromptTokens.ShouldBe(0);
        ShouldBeSame(first[0], alone[0]);
        ShouldBeSame(first[1], alone[1]);
        ShouldBeSame(again, alone[0]);

        TokenSequence AloneWith(LoraAdapter adapter)
        {
            var session = new GenerationSession(model, []);
            TokenSequence sequence = session.Add(prompt, Options, adapter: adapter);
            SmallModel.Run(session);
            return sequence;
        }
    }

    [Fact]
    public void A_sequence_that_no_token_can_continue_leaves_the_others_alone()
    {
        CausalModel model = SmallModel.Create();
        SamplingOptions nothing = Options with { LogitBias = Enumerable.Range(0, SmallModel.Vocab).ToDictionary(id => id, _ => float.NegativeInfinity) };
        var session = new GenerationSession(model, []);

        TokenSequence good = session.Add(SmallModel.Prompt(9), Options);
        TokenSequence bad = session.Add(SmallModel.Prompt(9), nothing);
        SmallModel.Run(session);

        bad.Failure.ShouldNotBeNull();
        bad.Finish.ShouldBeNull();
        ShouldBeSame(good, SmallModel.Continue(model, SmallModel.Prompt(9), Options));
    }

    [Fact]
    public void A_long_prompt_is_computed_in_several_passes_while_others_continue()
    {
        CausalModel model = SmallModel.Create();
        int[] longPrompt = SmallModel.Prompt(600, 1), shortPrompt = SmallModel.Prompt(3, 2);
        var session = new GenerationSession(model, []);

        TokenSequence first = session.Add(shortPrompt, Options);
        session.Step();
        TokenSequence second = session.Add(longPrompt, Options);
        session.Step();
        (int firstTokens, int secondTokens) = (first.Tokens.Count, second.Tokens.Count);
        SmallModel.Run(session);

        (firstTokens, secondTokens).ShouldBe((2, 0));
        ShouldBeSame(first, SmallModel.Continue(model, shortPrompt, Options));
        ShouldBeSame(second, SmallModel.Continue(model, longPrompt, Options));
    }

    [Fact]
    public void Choices_of_one_prompt_compute_it_once_and_differ()
    {
        CausalModel model = SmallModel.Create();
        int[] prompt = SmallModel.Prompt(200);
        var session = new GenerationSession(model, []);

        TokenSequence[] choices = [.. Enumerable.Range(0, 4).Select(choice => session.Add(prompt, Options, choice))];
        SmallModel.Run(session);

        session.ComputedPromptTokens.ShouldBe(200);
        choices.Select(choice => string.Join(' ', choice.Tokens)).Distinct().Count().ShouldBe(4);
        for (int i = 0; i < choices.Length; i++)
            ShouldBeSame(choices[i], SmallModel.Continue(model, prompt, Options, choice: i));
    }

    [Fact]
    public void Prompts_that_begin_alike_and_arrive_together_compute_their_beginning_once()
    {
        CausalModel model = SmallModel.Create();
        int[] beginning = SmallModel.Prompt(150);
        int[][] prompts = [.. Enumerable.Range(0, 3).Select(i => (int[])[.. beginning, .. SmallModel.Prompt(10 + i, 50 + i)])];
        var session = new GenerationSession(model, []);

        TokenSequence[] sequences = [.. prompts.Select(prompt => session.Add(prompt, Options))];
        SmallModel.Run(session);

        session.ComputedPromptTokens.ShouldBe(150 + 10 + 11 + 12);
        for (int i = 0; i < prompts.Length; i++)
            ShouldBeSame(sequences[i], SmallModel.Continue(model, prompts[i], Options));
    }

    [Fact]
    public void Nothing_is_kept_of_earlier_prompts_when_that_is_asked_for()
    {
        var session = new GenerationSession(SmallModel.Create(), [], keptPromptTokens: 0);

        for (int i = 0; i < 3; i++)
        {
            session.Add(SmallModel.Prompt(140), Options);
            SmallModel.Run(session);
        }

        session.ComputedPromptTokens.ShouldBe(3 * 140);
    }

    [Fact]
    public void Memory_of_sequences_that_left_is_used_again()
    {
        var session = new GenerationSession(SmallModel.Create(), []);
        long bytes = 0;

        for (int round = 0; round < 10; round++)
        {
            TokenSequence[] sequences = [.. Enumerable.Range(0, 4).Select(i => session.Add(SmallModel.Prompt(100, 4 * round + i), Options with { MaxTokens = 200 }))];
            for (int step = 0; step < 20; step++)
                session.Step();
            session.Remove(sequences[2]);
            SmallModel.Run(session);
            bytes = round == 3 ? session.AllocatedBytes : bytes;
        }

        session.AllocatedBytes.ShouldBe(bytes);
    }

    [Fact]
    public void Memory_of_a_sequence_whose_first_token_could_not_be_chosen_is_used_again()
    {
        SamplingOptions nothing = Options with { LogitBias = Enumerable.Range(0, SmallModel.Vocab).ToDictionary(id => id, _ => float.NegativeInfinity) };
        var session = new GenerationSession(SmallModel.Create(), [], keptPromptTokens: 0);
        var bytes = new List<long>();

        for (int round = 0; round < 5; round++)
        {
            TokenSequence sequence = session.Add(SmallModel.Prompt(300, round), nothing);
            while (sequence.Failure is null)
                session.Step();
            session.HasWork.ShouldBeFalse();
            bytes.Add(session.AllocatedBytes);
        }

        bytes.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public void An_end_token_ends_the_text_and_is_not_part_of_it()
    {
        CausalModel model = SmallModel.Create();
        int[] prompt = SmallModel.Prompt(5);
        int[] tokens = [.. SmallModel.Continue(model, prompt, SamplingOptions.Greedy with { MaxTokens = 10 }).Tokens];
        int end = tokens[6], place = Array.IndexOf(tokens, end);

        TokenSequence ended = SmallModel.Continue(model, prompt, SamplingOptions.Greedy with { MaxTokens = 10 }, endTokens: [end]);
        TokenSequence ignored = SmallModel.Continue(model, prompt, SamplingOptions.Greedy with { MaxTokens = 10, IgnoresEndTokens = true }, endTokens: [end]);

        ended.Tokens.ShouldBe(tokens[..place]);
        ended.Finish.ShouldBe(FinishReason.Stop);
        ignored.Tokens.ShouldBe(tokens);
        ignored.Finish.ShouldBe(FinishReason.Length);
    }

    [Fact]
    public void Without_a_maximum_a_text_goes_on_to_the_end_of_the_context()
    {
        TokenSequence sequence = SmallModel.Continue(SmallModel.Create(), SmallModel.Prompt(600), SamplingOptions.Greedy);

        sequence.Tokens.Count.ShouldBe(SmallModel.Context - 600);
        sequence.Finish.ShouldBe(FinishReason.Length);
    }

    [Fact]
    public void A_prompt_that_leaves_no_room_is_refused_with_both_lengths()
    {
        var session = new GenerationSession(SmallModel.Create(), []);

        HoneException tooLong = Should.Throw<HoneException>(() => session.Add(SmallModel.Prompt(700), Options));
        Should.Throw<HoneException>(() => session.Add(SmallModel.Prompt(SmallModel.Context), Options));
        Should.Throw<HoneException>(() => session.Add([], Options));
        Should.Throw<HoneException>(() => session.Add([-1], Options));
        HoneException unknown = Should.Throw<HoneException>(() => session.Add([1, SmallModel.Vocab], Options));

        tooLong.Message.ShouldContain("700");
        tooLong.Message.ShouldContain("640");
        unknown.Message.ShouldContain("199");
        session.HasWork.ShouldBeFalse();
    }

    [Fact]
    public void Without_a_seed_texts_differ()
    {
        CausalModel model = SmallModel.Create();
        SamplingOptions options = Options with { Seed = null };

        string[] texts = [.. Enumerable.Range(0, 3).Select(_ => string.Join(' ', SmallModel.Continue(model, [1, 2], options).Tokens))];

        texts.Distinct().Count().ShouldBe(3);
    }

    /// <summary>The reference: a model with one adapter on all of its layers.</summary>
    static TokenSequence ContinueAttached(CausalModel model, int kind, int[] prompt)
    {
        if (kind > 0)
            Adapter(model, kind == 1 ? 4 : 7, (ulong)kind).Attach();
        return SmallModel.Continue(model, prompt, Options);
    }

    /// <summary>An adapter that changes much.</summary>
    static LoraAdapter Adapter(CausalModel model, int rank, ulong seed)
    {
        LoraAdapter adapter = LoraAdapter.Create(new LoraConfig { Rank = rank, Alpha = 2 * rank }, model.Linears, seed);
        var random = new SeededRandom(seed);
        foreach (LoraWeights layer in adapter.Layers.Values)
        {
            foreach (ref float value in layer.B.Data)
                value = (float)(random.NextDouble() - 0.5);
        }

        return adapter;
    }

    static void ShouldBeSame(TokenSequence actual, TokenSequence expected)
    {
        actual.Tokens.ShouldBe(expected.Tokens);
        actual.Finish.ShouldBe(expected.Finish);
        actual.LogProbabilities.Select(item => item.LogProbability).ShouldBe(expected.LogProbabilities.Select(item => item.LogProbability));
        actual.LogProbabilities.SelectMany(item => item.Top).ShouldBe(expected.LogProbabilities.SelectMany(item => item.Top));
    }
}
