namespace Hone.Data.Analysis.Reports;

/// <param name="Index">Where it stands among the rows, from 0; people count from 1.</param>
/// <param name="RepeatsIndex">The row that stays and says the same.</param>
/// <param name="Similarity">Their cosine.</param>
public sealed record RepeatedText(int Index, int Line, int RepeatsIndex, int RepeatsLine, double Similarity);

/// <summary>Rows that say in other words what an earlier one says.</summary>
/// <param name="Similarity">The cosine from which on they count as repeats.</param>
public sealed record RepeatReport(int Rows, double Similarity, int Kept, IReadOnlyList<RepeatedText> Repeats)
{
    public static RepeatReport Of(EmbeddedTexts texts, double similarity, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        RepeatedText[] repeats = [.. SemanticRepeats.Find(texts.Points, similarity, cancel: cancel)
            .Select(one => new RepeatedText(one.Index, texts.Rows[one.Index].Line, one.Of, texts.Rows[one.Of].Line, one.Similarity))];
        return new RepeatReport(texts.Count, similarity, texts.Count - repeats.Length, repeats);
    }
}
