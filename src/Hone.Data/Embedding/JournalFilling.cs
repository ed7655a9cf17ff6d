using Hone.Data.Analysis;
using Hone.Data.Mapping;
using Hone.Engine.Embedding;

namespace Hone.Data.Embedding;

/// <summary>Computes the vectors that a journal lacks, of texts that come in one order each time.</summary>
/// <param name="dimensions">The length of the vectors; null for whole ones.</param>
public sealed class JournalFilling(EmbeddingModel model, TooLong tooLong, int? dimensions = null)
{
    /// <summary>How much goes to the journal at once: enough to be sorted by length, little enough to lose with a kill.</summary>
    const int TextsAtOnce = 512, TokensAtOnce = 1 << 14;

    readonly List<string> _texts = [];
    readonly List<int[]> _tokens = [];

    /// <param name="texts">Each with its tokens, which are not empty, without those that the tokenizer adds.</param>
    /// <param name="report">Told how many texts are done; the first time before one is computed.</param>
    /// <returns>How many of them the journal had.</returns>
    public long Fill(IEnumerable<(string Text, int[] Tokens)> texts, VectorJournal journal, Action<long> report, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(report);
        (long kept, long done) = (0, 0);
        bool isKept = true;
        foreach ((string text, int[] tokens) in texts)
        {
            cancel.ThrowIfCancellationRequested();
            if (isKept && journal.Find(kept, text) is not null)
            {
                report(done = ++kept);
                continue;
            }
            if (isKept)
            {
                journal.CutTo(kept);
                report(done); // Before the first computation, which may take long.
            }
            isKept = false;
            _texts.Add(text);
            _tokens.Add(tokens);
            if (_texts.Count >= TextsAtOnce || _tokens.Sum(one => one.Length) >= TokensAtOnce)
                report(done += Compute(journal, cancel));
        }
        if (isKept)
            journal.CutTo(kept); // Rows at its end were taken out of the file.
        report(done + Compute(journal, cancel));
        return kept;
    }

    /// <summary>The vectors of texts, each made of length 1; what the journal lacks is computed.</summary>
    /// <param name="kept">How many of them the journal had.</param>
    /// <returns>[texts, D]</returns>
    /// <inheritdoc cref="Fill"/>
    public Points Points(IReadOnlyList<string> texts, VectorJournal journal, Action<long> report, out long kept, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        kept = Fill(texts.Select(text => (text, TextVectors.Tokens(model, [text], prompt: null)[0])), journal, report, cancel);
        UnitPoints points = new(texts.Count);
        for (int i = 0; i < texts.Count; i++)
        {
            string text = texts[i];
            points.Add(journal.Find(i, text) ?? throw MappedRows.HaveChanged(), () => text);
        }
        return points.Take();
    }

    int Compute(VectorJournal journal, CancellationToken cancel)
    {
        float[][] vectors = model.Embed(_tokens, tooLong, cancel);
        if (dimensions is { } length)
            vectors = [.. vectors.Select(vector => EmbeddingModel.Shortened(vector, length))];
        journal.Add(_texts, vectors);
        int count = _texts.Count;
        _texts.Clear();
        _tokens.Clear();
        return count;
    }
}
