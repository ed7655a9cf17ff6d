using Hone.Data.Checks;
using Hone.Data.Formats;
using Hone.Engine;
using Hone.Engine.Embedding;
using Hone.Engine.Training;

namespace Hone.Data.Pairs;

/// <summary>A file of pairs of texts as tokens, after every check: nothing is cut, nothing is dropped.</summary>
public sealed class PairData
{
    readonly List<ContrastiveExample> _matching = [];
    readonly List<ScoredPair> _scored = [];
    readonly List<(int Line, int Tokens)> _tooLong = [];

    PairData(PairKind kind) => Kind = kind;

    public PairKind Kind { get; }

    /// <summary>Pairs and triplets; empty for scored pairs.</summary>
    public IReadOnlyList<ContrastiveExample> Matching => _matching;

    public IReadOnlyList<ScoredPair> Scored => _scored;

    public int Count => _matching.Count + _scored.Count;

    public long TokenCount { get; private set; }

    /// <summary>What the file was recognised as, for people: <c>5,749 scored pairs</c>.</summary>
    public string Description => Describe(Kind, Count, _matching.Count(pair => pair.Negatives.Count > 0));

    /// <summary>Reads, encodes and checks a file; the first problem is an error with its line and reason.</summary>
    /// <param name="limits">The context is that of one text.</param>
    public static PairData Load(string path, EmbeddingModel model, TrainingLimits limits, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        PairData data = new(PairReader.KindOf(path) ?? throw Unknown(path));
        if (data.Kind == PairKind.Scored)
        {
            foreach (ScoredTexts pair in PairReader.ReadScored(path))
            {
                cancel.ThrowIfCancellationRequested();
                data._scored.Add(new ScoredPair(data.Encode(pair.First, pair.Line, model, limits), data.Encode(pair.Second, pair.Line, model, limits), (float)pair.Score, pair.Line));
            }
            RequireScores(data._scored);
        }
        else
        {
            foreach (TextPair pair in PairReader.Read(path))
            {
                cancel.ThrowIfCancellationRequested();
                int[] Encode(string text) => data.Encode(text, pair.Line, model, limits);
                data._matching.Add(new ContrastiveExample(Encode(pair.Anchor), Encode(pair.Positive), [.. pair.Negatives.Select(Encode)], pair.Line));
            }
        }

        TrainingData.Require(data._tooLong, limits);
        TrainingData.RequireEnough(data.Count, limits);
        return data;
    }

    /// <param name="withNegatives">Those of the pairs that have negatives.</param>
    internal static string Describe(PairKind kind, long count, long withNegatives) =>
        kind == PairKind.Scored ? Text.Of(Text.Counted(count, "scored pair"), FormattableString.Invariant($"{count:N0} 个带分数的文本对"))
        : withNegatives == 0 ? Text.Of(Text.Counted(count, "pair"), FormattableString.Invariant($"{count:N0} 个文本对"))
        : withNegatives == count ? Text.Of(Text.Counted(count, "triplet"), FormattableString.Invariant($"{count:N0} 个三元组"))
        : Text.Of(FormattableString.Invariant($"{Text.Counted(count, "pair")}, {withNegatives:N0} of them with negatives"), FormattableString.Invariant($"{count:N0} 个文本对，其中 {withNegatives:N0} 个带负例"));

    int[] Encode(string text, int line, EmbeddingModel model, TrainingLimits limits)
    {
        int[] tokens = model.EncodeWhole(text);
        if (tokens.Length > limits.ContextTokens && (_tooLong.Count == 0 || _tooLong[^1].Line != line))
            _tooLong.Add((line, tokens.Length));
        TokenCount += tokens.Length;
        TrainingData.RequireTokens(TokenCount, line, limits);
        return tokens;
    }

    static void RequireScores(List<ScoredPair> pairs)
    {
        if (pairs.Count > 1 && pairs.TrueForAll(pair => pair.Score == pairs[0].Score))
            throw EqualScores(pairs[0].Score).ToException();
    }

    internal static Finding EqualScores(double score)
    {
        string what = Text.Of(
            FormattableString.Invariant($"all scores are {score}, which says of no pair that it is more alike than another"),
            FormattableString.Invariant($"所有分数都是 {score}，无法说明哪对文本更相似"));
        return new Finding(FindingCodes.EqualScores, 0, 0, "score", what, Text.Of("give pairs of several scores", "请给出不同分数的文本对"));
    }

    static HoneException Unknown(string path) =>
        new(Text.Of(
            $"{path} holds no pairs of texts, which an embedding model learns from. Write lines such as {{\"anchor\": \"…\", \"positive\": \"…\"}} or {{\"sentence1\": \"…\", \"sentence2\": \"…\", \"score\": 3.5}}; hone data pairs makes them.",
            $"{path} 中没有文本对，而向量模型要从文本对学习。请每行写成 {{\"anchor\": \"…\", \"positive\": \"…\"}} 或 {{\"sentence1\": \"…\", \"sentence2\": \"…\", \"score\": 3.5}}；hone data pairs 可以生成。"))
        {
            Code = "invalid_file_format",
        };
}
