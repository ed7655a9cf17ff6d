using System.Runtime.InteropServices;

namespace Hone.Engine.Generation;

/// <summary>What a text contains so far, for the penalties; nothing is counted where there are none.</summary>
sealed class TokenCounts
{
    readonly SamplingOptions _options;
    readonly HashSet<int> _seen = [];
    readonly Dictionary<int, int> _generated = [];

    public TokenCounts(int[] prompt, SamplingOptions options)
    {
        _options = options;
        if (options.RepetitionPenalty != 1)
            _seen.UnionWith(prompt);
    }

    public void Add(int token)
    {
        if (_options.RepetitionPenalty != 1)
            _seen.Add(token);
        if (_options.PresencePenalty != 0 || _options.FrequencyPenalty != 0)
            CollectionsMarshal.GetValueRefOrAddDefault(_generated, token, out _)++;
    }

    /// <summary>Repetition, then frequency and presence, as <see cref="SamplingOptions"/> defines them.</summary>
    public void Penalise(Span<float> logits)
    {
        foreach (int token in _seen)
            logits[token] = logits[token] > 0 ? logits[token] / _options.RepetitionPenalty : logits[token] * _options.RepetitionPenalty;
        foreach ((int token, int count) in _generated)
            logits[token] -= _options.FrequencyPenalty * count + _options.PresencePenalty;
    }
}
