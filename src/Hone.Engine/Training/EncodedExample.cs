using Hone.Engine.Tokenizers;

namespace Hone.Engine.Training;

/// <summary>A training text as tokens: each token's place in the text, and how much its loss counts.</summary>
public sealed record EncodedExample(string Text, IReadOnlyList<TokenSpan> Tokens, float[] Weights)
{
    public TrainingExample ToExample(int line) => new([.. Tokens.Select(token => token.Id)], Weights, line);

    /// <summary>The ranges of the text whose tokens carry loss, in order; neighbours of one weight are one range.</summary>
    public IReadOnlyList<(int Start, int End, float Weight)> TargetRanges
    {
        get
        {
            List<(int Start, int End, float Weight)> ranges = [];
            for (int t = 1; t < Weights.Length; t++)
            {
                if (Weights[t] == 0)
                    continue;
                (int start, int end) = (Tokens[t].Start, Tokens[t].End);
                if (ranges.Count > 0 && ranges[^1].End >= start && ranges[^1].Weight == Weights[t])
                    ranges[^1] = (ranges[^1].Start, Math.Max(end, ranges[^1].End), Weights[t]);
                else
                    ranges.Add((start, end, Weights[t]));
            }
            return ranges;
        }
    }
}
