using Hone.Engine.Generation.Constraints;

namespace Hone.Engine.Generation;

/// <summary>How the next token is chosen, and when to stop.</summary>
/// <remarks>
/// With z the logits, each step works on what the one before left, as in OpenAI's API and transformers:
/// <list type="number">
/// <item>log probabilities are those of softmax(z): unmodified;</item>
/// <item>z[t] += <see cref="LogitBias"/>[t];</item>
/// <item>for every token of the prompt and the continuation, z[t] is divided by <see cref="RepetitionPenalty"/> where positive and multiplied by it where negative;</item>
/// <item>for every token of the continuation, z[t] -= <see cref="FrequencyPenalty"/> · its count + <see cref="PresencePenalty"/>;</item>
/// <item>tokens that <see cref="Constraint"/> does not allow here are left out;</item>
/// <item>at temperature 0 the largest z wins, the smallest id among equals; else z /= <see cref="Temperature"/>;</item>
/// <item><see cref="TopK"/> keeps the k likeliest tokens;</item>
/// <item><see cref="TopP"/> keeps the fewest likeliest of them whose share of the probability reaches p;</item>
/// <item><see cref="MinP"/> keeps those at least p times as likely as the likeliest;</item>
/// <item>one of the kept tokens is drawn by its probability.</item>
/// </list>
/// Among equally likely tokens the smaller id counts as likelier. The random number of a draw follows from the seed, the number of the choice and the place in the text.
/// </remarks>
public sealed record SamplingOptions
{
    /// <summary>The most continuations of a prompt that a user may ask for at once.</summary>
    public const int MostChoices = 128;

    /// <summary>The most alternatives that <see cref="TopLogProbabilities"/> may ask for.</summary>
    public const int MaxTopLogProbabilities = 20;

    /// <summary>Always the likeliest token.</summary>
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0 };

    /// <summary>0 takes the likeliest token; 1 samples from the model's distribution.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>1 for no cut.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>0 for no cut.</summary>
    public int TopK { get; init; }

    /// <summary>0 for no cut.</summary>
    public float MinP { get; init; }

    /// <summary>Null for another one each time.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The text ends before the first of these.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Null for as many as the context has room for; never more than that.</summary>
    public int? MaxTokens { get; init; }

    public float PresencePenalty { get; init; }

    public float FrequencyPenalty { get; init; }

    /// <summary>1 for none.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Added to the logits of these tokens.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>Continuations of each prompt.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>Null for no log probabilities; else how many of the likeliest tokens accompany the chosen one.</summary>
    public int? TopLogProbabilities { get; init; }

    /// <summary>What the text may be; null for anything. A text that is complete ends.</summary>
    public TextConstraint? Constraint { get; init; }

    /// <summary>Whether an end token is a token like any other.</summary>
    public bool IgnoresEndTokens { get; init; }

    /// <summary>Refuses values outside their ranges.</summary>
    public void Validate(int vocabSize)
    {
        Require(Temperature >= 0 && float.IsFinite(Temperature), $"The temperature must be 0 or more; it is {Temperature}.", $"temperature 须不小于 0，而给出的是 {Temperature}。");
        Require(TopP is > 0 and <= 1, $"top-p must be more than 0 and at most 1; it is {TopP}.", $"top-p 须大于 0 且不超过 1，而给出的是 {TopP}。");
        Require(TopK >= 0, $"top-k must be 0 (off) or more; it is {TopK}.", $"top-k 须为 0（关闭）或更大，而给出的是 {TopK}。");
        Require(MinP is >= 0 and <= 1, $"min-p must be from 0 to 1; it is {MinP}.", $"min-p 须在 0 到 1 之间，而给出的是 {MinP}。");
        Require(MaxTokens is null or > 0, $"The maximum of tokens must be 1 or more; it is {MaxTokens}.", $"最多生成的词元数至少为 1，而给出的是 {MaxTokens}。");
        Require(float.IsFinite(PresencePenalty), $"The presence penalty must be a number; it is {PresencePenalty}.", $"presence penalty 须为数字，而给出的是 {PresencePenalty}。");
        Require(float.IsFinite(FrequencyPenalty), $"The frequency penalty must be a number; it is {FrequencyPenalty}.", $"frequency penalty 须为数字，而给出的是 {FrequencyPenalty}。");
        Require(
            RepetitionPenalty > 0 && float.IsFinite(RepetitionPenalty),
            $"The repetition penalty must be more than 0; it is {RepetitionPenalty}.", $"repetition penalty 须大于 0，而给出的是 {RepetitionPenalty}。");
        Require(Choices > 0, $"The number of choices must be 1 or more; it is {Choices}.", $"续写的个数至少为 1，而给出的是 {Choices}。");
        Require(
            TopLogProbabilities is null or (>= 0 and <= MaxTopLogProbabilities),
            $"From 0 to {MaxTopLogProbabilities} log probabilities can be given for each token; {TopLogProbabilities} were asked for.",
            $"每个词元可给出 0 到 {MaxTopLogProbabilities} 个对数概率，而要求的是 {TopLogProbabilities} 个。");
        Require(StopStrings.All(stop => stop.Length > 0), $"A stop string must not be empty.", $"停止文本不能为空。");
        foreach ((int id, float bias) in LogitBias)
        {
            Require(
                id >= 0 && id < vocabSize,
                $"The logit bias names the token {id}; the model's tokens are 0 to {vocabSize - 1}.", $"logit bias 给出了词元 {id}，而模型的词元是 0 到 {vocabSize - 1}。");
            Require(
                bias < float.PositiveInfinity, // not NaN either; -infinity bans a token
                $"The logit bias of token {id} must be a number; it is {bias}.", $"词元 {id} 的 logit bias 须为数字，而给出的是 {bias}。");
        }
    }

    static void Require(bool holds, FormattableString problem, FormattableString chinese)
    {
        if (!holds)
            throw new HoneException(Text.Of(FormattableString.Invariant(problem), FormattableString.Invariant(chinese)));
    }
}
