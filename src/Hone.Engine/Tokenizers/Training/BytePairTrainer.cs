using Hone.Engine.Tokenizers.BytePair;
using Hone.Engine.Tokenizers.Splitting;

namespace Hone.Engine.Tokenizers.Training;

/// <summary>
/// Learns a byte-level byte-pair vocabulary: again and again the most frequent pair of neighbouring tokens becomes a token. Counts are kept
/// up to date, so that a merge costs as much as the places it touches. The same corpus gives the same vocabulary on any number of threads.
/// </summary>
public sealed class BytePairTrainer
{
    readonly VocabularyTraining _options;
    readonly List<byte[]> _tokens = [];
    readonly List<int> _lengths = [];
    readonly List<Merge> _merges = [];

    BytePairTrainer(VocabularyTraining options) => _options = options;

    /// <summary>Learns a vocabulary from text.</summary>
    /// <param name="corpus">The texts, read once and in order.</param>
    /// <param name="progress">Called with the size of the vocabulary as it grows.</param>
    public static TrainedVocabulary Train(IEnumerable<TextReader> corpus, VocabularyTraining options, Action<int>? progress = null, CancellationToken cancel = default)
    {
        options.Validate();
        var counter = new WordCounter(Splitter.ByPattern[Splitter.TrainingPattern], options.Separators, options.Threads);
        IReadOnlyList<(string, int)> words = counter.Count(corpus, cancel);
        if (words.Count == 0)
            throw new HoneException("The corpus has no text. Name at least one file that is not empty.");
        return new BytePairTrainer(options).Learn(words, progress, cancel);
    }

    TrainedVocabulary Learn(IReadOnlyList<(string, int)> words, Action<int>? progress, CancellationToken cancel)
    {
        foreach (string special in _options.SpecialTokens)
            AddToken(System.Text.Encoding.UTF8.GetBytes(special));
        int[] tokenOfByte = [.. Enumerable.Range(0, 256).Select(value => AddToken([(byte)value]))];

        var tape = new WordTape(words, tokenOfByte, _lengths);
        var pairs = new PairIndex(tape, _options.MinimumCount);
        CountBytePairs(tape, pairs);
        while (_tokens.Count < _options.Size && pairs.TryTake(out int index, out PairIndex.Pair pair))
        {
            cancel.ThrowIfCancellationRequested();
            int merged = AddToken([.. _tokens[pair.Left], .. _tokens[pair.Right]]);
            _merges.Add(new Merge(pair.Left, pair.Right, merged));
            MergeEverywhere(tape, pairs, index, pair, merged);
            progress?.Invoke(_tokens.Count);
        }
        return new TrainedVocabulary(_options.SpecialTokens, _tokens, _merges);
    }

    static void CountBytePairs(WordTape tape, PairIndex pairs)
    {
        var created = new Dictionary<(int, int), int>();
        for (int at = 1; at < tape.Length; at++)
        {
            if (tape[at].Token == WordTape.None || tape[tape.Next(at)].Token == WordTape.None)
                continue;
            (int, int) tokens = (tape[at].Token, tape[tape.Next(at)].Token);
            if (!created.TryGetValue(tokens, out int index))
                created[tokens] = index = pairs.Create(tokens.Item1, tokens.Item2);
            pairs.Replace(at, index);
        }
        pairs.Commit();
    }

    static void MergeEverywhere(WordTape tape, PairIndex pairs, int index, PairIndex.Pair pair, int merged)
    {
        var withBefore = new NewPairs(token => pairs.Create(token, merged));
        var withAfter = new NewPairs(token => pairs.Create(merged, token));
        foreach (int at in pair.Places)
        {
            if (tape[at].Pair != index)
                continue;
            int middle = tape.Next(at);
            int count = tape[at].Count;
            pairs.Discount(tape[middle].Pair, count);
            tape.Merge(at, merged);

            int before = tape.Previous(at);
            if (before != WordTape.None)
                pairs.Replace(before, withBefore.With(tape[before].Token));
            int after = tape.Next(at);
            if (tape[after].Token != WordTape.None)
                pairs.Replace(at, withAfter.With(tape[after].Token));
        }
        pairs.Commit();
    }

    int AddToken(byte[] bytes)
    {
        _tokens.Add(bytes);
        _lengths.Add(bytes.Length);
        return _tokens.Count - 1;
    }

    /// <summary>The pairs of the new token by their other one.</summary>
    sealed class NewPairs(Func<int, int> create)
    {
        readonly Dictionary<int, int> _pairOf = [];

        public int With(int token)
        {
            if (!_pairOf.TryGetValue(token, out int pair))
                _pairOf[token] = pair = create(token);
            return pair;
        }
    }
}
