using Hone.Engine.Generation;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Generation;

public sealed class SamplerTests
{
    const int Draws = 4_000;

    static readonly float[] Logits = [.. Enumerable.Range(0, 60).Select(i => 3 * MathF.Sin(i * i)), 2.5f, 2.5f, 2.5f, -40];

    static readonly SamplingOptions[] Cuts =
        [
            new() { },
            new() { Temperature = 0.5f },
            new() { Temperature = 2 },
            new() { TopK = 1 },
            new() { TopK = 7 },
            new() { TopK = 1000 },
            new() { TopP = 0.3f },
            new() { TopP = 0.9f, Temperature = 0.7f },
            new() { TopP = 1e-6f },
            new() { MinP = 0.2f },
            new() { TopK = 20, TopP = 0.8f, MinP = 0.15f, Temperature = 1.3f },
            new() { LogitBias = new Dictionary<int, float> { [3] = 4, [61] = -100, [63] = 100 }, TopK = 5 },
        ];

    public static TheoryData<int> CutNumbers => [.. Enumerable.Range(0, Cuts.Length)];

    [Theory, MemberData(nameof(CutNumbers))]
    public void Tokens_are_drawn_as_often_as_the_definition_says(int number)
    {
        SamplingOptions options = Cuts[number];
        double[] expected = Distribution(Logits, options);
        var counts = new int[Logits.Length];

        for (ulong seed = 0; seed < Draws; seed++)
            counts[Choose(options with { Seed = seed })]++;

        for (int token = 0; token < counts.Length; token++)
        {
            double deviation = Math.Sqrt(Draws * expected[token] * (1 - expected[token]));
            ((double)counts[token]).ShouldBe(Draws * expected[token], 5 * deviation + (expected[token] > 0 ? 3 : 1e-9), $"token {token}");
        }
    }

    [Fact]
    public void A_large_vocabulary_keeps_exactly_the_tokens_of_the_definition()
    {
        var random = new Random(1);
        float[] logits = [.. Enumerable.Range(0, 50_000).Select(_ => (float)(4 * random.NextDouble() * random.NextDouble()))];
        foreach (SamplingOptions options in (SamplingOptions[])[new() { TopP = 0.5f }, new() { TopP = 0.01f }, new() { TopP = 0.99f }, new() { TopK = 40, TopP = 0.9f }, new() { TopK = 30_000 }])
        {
            double[] expected = Distribution(logits, options);
            for (ulong seed = 0; seed < 40; seed++)
                expected[Choose(options with { Seed = seed }, logits)].ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public void At_temperature_0_the_largest_logit_wins_and_the_smaller_id_among_equals()
    {
        Choose(SamplingOptions.Greedy, [0, 3, 1, 3]).ShouldBe(1);
        Choose(SamplingOptions.Greedy with { LogitBias = new Dictionary<int, float> { [2] = 2.5f } }, [0, 3, 1, 3]).ShouldBe(2);
    }

    [Fact]
    public void Of_equally_likely_tokens_the_smaller_ids_are_kept()
    {
        HashSet<int> drawn = [.. Enumerable.Range(0, 200).Select(seed => Choose(new() { TopK = 2, Seed = (ulong)seed }, [1, 5, 5, 5, 0]))];
        HashSet<int> nucleus = [.. Enumerable.Range(0, 200).Select(seed => Choose(new() { TopP = 0.6f, Seed = (ulong)seed }, [5, 5, 5, 5]))];

        drawn.ShouldBe([1, 2], ignoreOrder: true);
        nucleus.ShouldBe([0, 1, 2], ignoreOrder: true);
    }

    [Fact]
    public void Presence_and_frequency_penalties_count_the_continuation_and_repetition_the_prompt_too()
    {
        float[] presence = Penalised(new() { PresencePenalty = 1.5f });
        float[] frequency = Penalised(new() { FrequencyPenalty = 0.5f });
        float[] repetition = Penalised(new() { RepetitionPenalty = 2 });
        float[] all = Penalised(new() { PresencePenalty = 1.5f, FrequencyPenalty = 0.5f, RepetitionPenalty = 2 });

        // The prompt is 0 1, the continuation 1 2 2; the logits are 4 4 -4 4.
        presence.ShouldBe([4, 2.5f, -5.5f, 4]);
        frequency.ShouldBe([4, 3.5f, -5, 4]);
        repetition.ShouldBe([2, 2, -8, 4]);
        all.ShouldBe([2, 0, -10.5f, 4]);
    }

    [Fact]
    public void Log_probabilities_are_those_of_the_unmodified_distribution()
    {
        double[] expected = Distribution(Logits, new SamplingOptions());
        int[] likeliest = [.. Enumerable.Range(0, Logits.Length).OrderByDescending(id => Logits[id]).Take(5)];
        SamplingOptions options = new()
        {
            Temperature = 0.3f,
            TopK = 3,
            PresencePenalty = 2,
            LogitBias = new Dictionary<int, float> { [63] = 100 },
            TopLogProbabilities = 5,
        };

        TokenLogProbability chosen = Sampler.Choose([.. Logits], new TokenSequence([1], options, 0, 10)).LogProbability!;

        chosen.Id.ShouldBe(63);
        chosen.LogProbability.ShouldBe((float)Math.Log(expected[63]), 1e-5f);
        chosen.Top.Select(item => item.Id).ShouldBe(likeliest);
        foreach (TokenScore item in chosen.Top)
            item.LogProbability.ShouldBe((float)Math.Log(expected[item.Id]), 1e-5f);
    }

    [Fact]
    public void No_log_probabilities_are_computed_unless_asked_for()
    {
        Sampler.Choose([.. Logits], new TokenSequence([1], new SamplingOptions(), 0, 10)).LogProbability.ShouldBeNull();
        Sampler.Choose([.. Logits], new TokenSequence([1], new() { TopLogProbabilities = 0 }, 0, 10)).LogProbability!.Top.ShouldBeEmpty();
    }

    [Fact]
    public void Draws_depend_on_seed_choice_and_place_alone()
    {
        double[] draws = [.. from seed in (ulong[])[0, 1, 2] from choice in (int[])[0, 1] from place in (int[])[0, 1, 2] select CounterRandom.NextDouble(seed, choice, place)];
        double mean = Enumerable.Range(0, 100_000).Average(place => CounterRandom.NextDouble(3, 0, place));

        draws.Distinct().Count().ShouldBe(draws.Length);
        CounterRandom.NextDouble(42, 1, 7).ShouldBe(0.8338220679112145, 1e-15); // the same on every machine
        mean.ShouldBe(0.5, 0.005);
    }

    [Fact]
    public void Logits_that_are_no_numbers_are_reported_as_damaged_weights() =>
        Should.Throw<HoneException>(() => Choose(SamplingOptions.Greedy, [1, float.NaN, 2])).Message.ShouldContain("damaged");

    [Fact]
    public void Options_outside_their_ranges_are_refused()
    {
        SamplingOptions[] wrong =
        [
            new() { Temperature = -1 },
            new() { Temperature = float.NaN },
            new() { TopP = 0 },
            new() { TopP = 1.1f },
            new() { TopK = -1 },
            new() { MinP = 2 },
            new() { MaxTokens = 0 },
            new() { RepetitionPenalty = 0 },
            new() { PresencePenalty = float.PositiveInfinity },
            new() { Choices = 0 },
            new() { TopLogProbabilities = 21 },
            new() { StopStrings = [""] },
            new() { LogitBias = new Dictionary<int, float> { [100] = 1 } },
        ];

        foreach (SamplingOptions options in wrong)
            Should.Throw<HoneException>(() => options.Validate(vocabSize: 100), options.ToString());
        new SamplingOptions().Validate(100);
    }

    static int Choose(SamplingOptions options, float[]? logits = null) =>
        Sampler.Choose([.. logits ?? Logits], new TokenSequence([1], options, 0, 10)).Token;

    static float[] Penalised(SamplingOptions options)
    {
        var counts = new TokenCounts([0, 1], options);
        foreach (int token in (int[])[1, 2, 2])
            counts.Add(token);
        float[] logits = [4, 4, -4, 4];
        counts.Penalise(logits);
        return logits;
    }

    /// <summary>The probabilities that <see cref="SamplingOptions"/> defines, step by step, in double.</summary>
    static double[] Distribution(float[] logits, SamplingOptions options)
    {
        double[] z = [.. logits.Select((logit, id) => (logit + (double)options.LogitBias.GetValueOrDefault(id)) / options.Temperature)];
        double largest = z.Max();
        double[] p = Normalised([.. z.Select(value => Math.Exp(value - largest))]);
        int[] likeliestFirst = [.. Enumerable.Range(0, p.Length).OrderByDescending(id => p[id]).ThenBy(id => id)];

        if (options.TopK > 0)
            Drop(p, likeliestFirst.Skip(options.TopK));
        p = Normalised(p);

        double sum = 0;
        int kept = 0;
        while (kept < p.Length && (sum < options.TopP - 1e-9 || options.TopP == 1))
            sum += p[likeliestFirst[kept++]];
        Drop(p, likeliestFirst.Skip(kept));

        Drop(p, Enumerable.Range(0, p.Length).Where(id => p[id] < options.MinP * p[likeliestFirst[0]]));
        return Normalised(p);
    }

    static void Drop(double[] p, IEnumerable<int> tokens)
    {
        foreach (int token in tokens.ToArray())
            p[token] = 0;
    }

    static double[] Normalised(double[] p)
    {
        double sum = p.Sum();
        return [.. p.Select(value => value / sum)];
    }
}
