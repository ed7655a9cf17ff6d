namespace Hone.Data.Analysis.Reports;

/// <param name="Row">Its number, from 0.</param>
/// <param name="RepeatsRow">The row that stays and says the same.</param>
/// <param name="Similarity">Their cosine.</param>
public sealed record RepeatedText(int Row, int Line, int RepeatsRow, int RepeatsLine, double Similarity);

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
