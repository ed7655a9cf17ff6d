using System.Text.Json;
using Hone.Data.Analysis;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Quality;
using Hone.Data.Quality.Similarity;
using Hone.Data.Splits;
using Hone.Data.Spools;
using Hone.Engine;

namespace Hone.Data.Deduplication;

/// <summary>Which rows of a file repeat an earlier one. The file is read several times and never held: a row takes less than a hundred bytes, twice that with a similarity.</summary>
public sealed class RepeatedRows
{
    readonly int[] _firsts;
    readonly NearMatches _near;

    RepeatedRows(int[] firsts, NearMatches near) => (_firsts, _near) = (firsts, near);

    /// <param name="rows">Read up to four times; they must be the same each time.</param>
    public static RepeatedRows Find(MappedRows rows, DedupeSettings settings, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(settings);
        return settings switch
        {
            { Similarity: { } similarity, Embed: { } embed } => FindSemantic(rows, settings, similarity, embed, cancel),
            { Similarity: { } similarity } => FindNear(rows, settings, similarity, cancel),
            _ => FindEqual(rows, settings, cancel),
        };
    }

    /// <summary>Writes the first row of each set, and the others to <paramref name="droppedPath"/> with where they stood and which row they repeat. Both files appear together.</summary>
    /// <exception cref="HoneException">The file has other rows than before, or none.</exception>
    public DedupeResult Write(MappedRows rows, string path, string? droppedPath, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using JsonLinesWriter kept = new(path);
        using JsonLinesWriter? dropped = droppedPath is null ? null : new JsonLinesWriter(droppedPath);
        int[] lines = new int[_firsts.Length];
        int count = 0;
        int near = 0;
        foreach (MappedRow row in rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            if (count == _firsts.Length)
                throw MappedRows.HaveChanged();
            lines[count] = row.Source.Line;
            if (_firsts[count] == count)
                kept.Write(row.Value);
            else
                dropped?.Write(Dropped(row, count, lines));
            near += _near.Contains(count) && _firsts[count] != count ? 1 : 0;
            count++;
        }
        if (count < _firsts.Length)
            throw MappedRows.HaveChanged();
        if (count == 0)
            throw new HoneException(Text.Of("There are no rows.", "没有数据行。"));

        RowWriter.KeepAll(dropped is null ? [kept] : [kept, dropped]);
        return new DedupeResult((int)kept.Count, count - (int)kept.Count, near);
    }

    JsonElement Dropped(MappedRow row, int index, int[] lines) =>
        JsonSerializer.SerializeToElement(new
        {
            line = row.Source.Line,
            repeats_line = lines[_firsts[index]],
            similarity = _near.TryGet(index, out NearMatch match) ? Math.Round(match.Similarity, 3) : 1,
            row = row.Value,
        });

    static RepeatedRows FindEqual(MappedRows rows, DedupeSettings settings, CancellationToken cancel)
    {
        Column<ulong> hashes = new();
        foreach (MappedRow row in rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            hashes.Add(settings.ByPrompt ? HashOfPrompt(row.ToSample()) : RowHash.Of(row.Value));
        }
        JoinedRows joined = new([.. Enumerable.Range(0, hashes.Count)]);
        joined.JoinEqual(hashes.ToArray());
        return new RepeatedRows(joined.Firsts(), new NearMatches(hashes.Count));
    }

    static RepeatedRows FindNear(MappedRows rows, DedupeSettings settings, double similarity, CancellationToken cancel)
    {
        string TextOf(Sample sample) => RepeatedRows.TextOf(sample, settings);

        using NearDuplicates search = new(Shingles.Learn(rows.Read().Select(row => TextOf(row.ToSample()))), similarity);
        int count = 0;
        foreach (MappedRow row in rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            Sample sample = row.ToSample();
            // Another instruction asks for another answer.
            search.Add(TextOf(sample), NormalText.Hash(sample.Instructions));
            count++;
        }
        search.EndFirstPass();

        int again = 0;
        foreach (MappedRow row in rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            if (again == count)
                throw MappedRows.HaveChanged();
            search.AddAgain(search.MayRepeat(again++) ? TextOf(row.ToSample()) : "");
        }
        if (again < count)
            throw MappedRows.HaveChanged();
        DuplicateGroups groups = search.Find();
        return new RepeatedRows(groups.First, groups.Near);
    }

    static RepeatedRows FindSemantic(MappedRows rows, DedupeSettings settings, double similarity, Func<IReadOnlyList<string>, IReadOnlyList<int>, Points> embed, CancellationToken cancel)
    {
        List<int> indices = [];
        List<string> texts = [];
        List<int> numbers = [];
        List<string> seconds = []; // of pairs; of another row its text again
        List<ulong> kinds = [];
        bool hasPairs = false;
        int count = 0;
        foreach (MappedRow row in rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            ComparedRow compared = settings.Column is { } column ? ComparedRow.Of(row, column) : ComparedRow.Of(row, sample => TextOf(sample, settings));
            if (compared is { First.Length: > 0, Second.Length: > 0 })
            {
                indices.Add(count);
                texts.Add(compared.First);
                seconds.Add(compared.Second);
                numbers.Add(row.Source.Example);
                kinds.Add(compared.Kind);
                hasPairs |= compared.IsPair;
            }
            count++;
        }

        int[] firsts = [.. Enumerable.Range(0, count)];
        NearMatches near = new(count);
        if (texts.Count == 0)
            return new RepeatedRows(firsts, near);
        Points all = hasPairs ? embed([.. texts, .. seconds], [.. numbers, .. numbers]) : embed(texts, numbers);
        Points points = hasPairs ? all.Take([.. Enumerable.Range(0, texts.Count)]) : all;
        double OfSeconds(int row, int earlier) => 1 - PointDistance.Cosine(all.Row(texts.Count + row), all.Row(texts.Count + earlier));
        bool MayRepeat(int row, int earlier) => kinds[row] == kinds[earlier] && (!hasPairs || OfSeconds(row, earlier) >= similarity);
        foreach (SemanticRepeat repeat in SemanticRepeats.Find(points, similarity, MayRepeat, cancel))
        {
            firsts[indices[repeat.Index]] = indices[repeat.Of];
            near.Add(indices[repeat.Index], new NearMatch(indices[repeat.Of], hasPairs ? Math.Min(repeat.Similarity, OfSeconds(repeat.Index, repeat.Of)) : repeat.Similarity));
        }
        return new RepeatedRows(firsts, near);
    }

    static string TextOf(Sample sample, DedupeSettings settings) => settings.ByPrompt && sample.Prompt.Length > 0 ? sample.Prompt : string.Join('\n', sample.Prompt, sample.Answer, sample.Rejected);

    /// <summary>A row without a prompt is known by its answer.</summary>
    static ulong HashOfPrompt(Sample sample) =>
        NormalText.Hash(sample.Prompt.Length > 0 ? sample.Prompt : sample.Answer) + NormalText.Mix(NormalText.Hash(sample.Instructions) + (sample.Prompt.Length > 0 ? 1ul : 0));
}
