using System.Security.Cryptography;
using Hone.Engine.Adapters;
using Hone.Engine.Generation.Constraints;

namespace Hone.Engine.Generation;

/// <summary>A prompt and the tokens that continue it so far: one choice of a <see cref="GenerationSession"/>.</summary>
public sealed class TokenSequence
{
    readonly List<int> _tokens = [];
    readonly List<TokenLogProbability> _logProbabilities = [];

    internal TokenSequence(int[] prompt, SamplingOptions options, int choice, int maxTokens, LoraAdapter? adapter = null)
    {
        (Prompt, Options, Choice, MaxTokens, Adapter) = (prompt, options, choice, maxTokens, adapter);
        Seed = options.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        Counts = new TokenCounts(prompt, options);
        Constraint = options.Constraint?.Begin();
    }

    public IReadOnlyList<int> Prompt { get; }

    public SamplingOptions Options { get; }

    /// <summary>What the model computes this sequence with; null for nothing but its own weights.</summary>
    public LoraAdapter? Adapter { get; }

    /// <summary>How many tokens of the prompt were found among those kept, once it is computed.</summary>
    public int CachedPromptTokens { get; internal set; }

    /// <summary>The number of this continuation among those of its prompt.</summary>
    public int Choice { get; }

    /// <summary>The continuation, without the end token.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>One for each of <see cref="Tokens"/>, where asked for.</summary>
    public IReadOnlyList<TokenLogProbability> LogProbabilities => _logProbabilities;

    /// <summary>Null while it continues.</summary>
    public FinishReason? Finish { get; internal set; }

    /// <summary>Why no token could be chosen; the sequence has left then. Null while all is well.</summary>
    public HoneException? Failure { get; internal set; }

    internal bool HasEnded => Finish is not null || Failure is not null;

    internal int MaxTokens { get; }

    internal ulong Seed { get; }

    internal TokenCounts Counts { get; }

    internal ConstraintCursor? Constraint { get; }

    /// <summary>Keys and values of the prompt and the tokens before the last; null before the prompt is computed.</summary>
    internal KvCache? Cache { get; set; }

    internal void Add(int token, TokenLogProbability? logProbability)
    {
        _tokens.Add(token);
        Counts.Add(token);
        Constraint?.Add(token);
        if (logProbability is not null)
            _logProbabilities.Add(logProbability);
        if (Constraint?.IsComplete == true)
            Finish = FinishReason.Stop;
        else if (_tokens.Count == MaxTokens)
            Finish = FinishReason.Length;
    }
}
