using Hone.Data.Checks;
using Hone.Engine;
using Hone.Engine.Embedding;
using Hone.Engine.Training;

namespace Hone.Data.Pairs;

/// <summary>A file of pairs of texts as tokens, after every check: nothing is cut, nothing is dropped.</summary>
public sealed class PairData
{
    /// <summary>The scales that scores are on: that of STS-B, and that of labels and cosines.</summary>
    const double LongScale = 5, ShortScale = 1;

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
    public string Description
    {
        get
        {
            int triplets = _matching.Count(pair => pair.Negatives.Count > 0);
            return Kind == PairKind.Scored ? Text.Of(Text.Counted(Count, "scored pair"), $"{Count:N0} 个带分数的文本对")
                : triplets == 0 ? Text.Of(Text.Counted(Count, "pair"), $"{Count:N0} 个文本对")
                : triplets == Count ? Text.Of(Text.Counted(Count, "triplet"), $"{Count:N0} 个三元组")
                : Text.Of($"{Text.Counted(Count, "pair")}, {triplets:N0} of them with negatives", $"{Count:N0} 个文本对，其中 {triplets:N0} 个带负例");
        }
    }

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
        if (pairs.Find(pair => pair.Score is < 0 or > (float)LongScale) is { } outside)
            throw new HoneException(Text.Of(
                FormattableString.Invariant($"The score at line {outside.Line} is {outside.Score}. Give scores from 0 to {ShortScale}, or from 0 to {LongScale}."),
                FormattableString.Invariant($"第 {outside.Line} 行的分数是 {outside.Score}。分数须在 0 到 {ShortScale} 之间，或 0 到 {LongScale} 之间。")));
        if (pairs.Count > 1 && pairs.TrueForAll(pair => pair.Score == pairs[0].Score))
            throw new HoneException(Text.Of(
                FormattableString.Invariant($"All scores are {pairs[0].Score}, which says of no pair that it is more alike than another. Give pairs of several scores."),
                FormattableString.Invariant($"所有分数都是 {pairs[0].Score}，无法说明哪对文本更相似。请给出不同分数的文本对。")));
    }

    static HoneException Unknown(string path) =>
        new(Text.Of(
            $"{path} holds no pairs of texts, which an embedding model learns from. Write lines such as {{\"anchor\": \"…\", \"positive\": \"…\"}} or {{\"sentence1\": \"…\", \"sentence2\": \"…\", \"score\": 3.5}}; hone data pairs makes them.",
            $"{path} 中没有文本对，而向量模型要从文本对学习。请每行写成 {{\"anchor\": \"…\", \"positive\": \"…\"}} 或 {{\"sentence1\": \"…\", \"sentence2\": \"…\", \"score\": 3.5}}；hone data pairs 可以生成。"))
        {
            Code = "invalid_file_format",
        };
}
