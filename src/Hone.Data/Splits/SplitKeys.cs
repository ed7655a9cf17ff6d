using System.Text.Json;
using Hone.Data.Mapping;
using Hone.Data.Quality;
using Hone.Data.Quality.Similarity;
using Hone.Data.Spools;
using Hone.Engine;

namespace Hone.Data.Splits;

/// <summary>What a split goes by, row by row.</summary>
sealed class SplitKeys
{
    const int MostClasses = 1000;
    const int MostAnswerClasses = 100;

    readonly SplitSettings _settings;
    readonly ClassCounter? _classes;
    readonly Column<ulong>? _groups;
    readonly Column<long>? _times;

    SplitKeys(SplitSettings settings)
    {
        _settings = settings;
        bool isGuessed = settings.ClassColumn is null && settings.IsStratified is null;
        _classes = settings.IsStratified == false || settings.TimeColumn is not null ? null : new ClassCounter(isGuessed ? MostAnswerClasses : MostClasses);
        _groups = settings.GroupColumn is null ? null : new();
        _times = settings.TimeColumn is null ? null : new();
    }

    public int Count { get; private set; }

    /// <summary>For each row the first one whose prompt is the same or similar.</summary>
    public int[] Repeats { get; private set; } = [];

    /// <summary>Equal for the rows of one group; null where there are none.</summary>
    public ulong[]? Groups => _groups?.ToArray();

    public long[]? Times => _times?.ToArray();

    /// <summary>The class of each row; null where there are none.</summary>
    public int[]? ClassOfRows { get; private set; }

    public IReadOnlyList<string> ClassNames => ClassOfRows is null ? [] : _classes!.Names;

    public static SplitKeys Read(MappedRows rows, SplitSettings settings, CancellationToken cancel)
    {
        SplitKeys keys = new(settings);
        if (settings.Similarity is < 1 and { } similarity)
            keys.ReadTwice(rows, similarity, cancel);
        else
            keys.ReadOnce(rows, cancel);
        keys.ClassOfRows = keys.Classes();
        return keys;
    }

    void ReadOnce(MappedRows rows, CancellationToken cancel)
    {
        Column<ulong> prompts = new();
        foreach (MappedRow row in rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            prompts.Add(NormalText.Hash(NormalText.Of(Add(row))));
        }

        JoinedRows joined = new([.. Enumerable.Range(0, Count)]);
        if (_settings.Similarity is not null)
            joined.JoinEqual(prompts.ToArray());
        Repeats = joined.Firsts();
    }

    void ReadTwice(MappedRows rows, double similarity, CancellationToken cancel)
    {
        using NearDuplicates search = new(Shingles.Learn(rows.Read().Select(row => TextOf(row.ToSample()))), similarity);
        foreach (MappedRow row in rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            search.Add(Add(row));
        }
        search.EndFirstPass();

        int again = 0;
        foreach (MappedRow row in rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            if (again++ == Count)
                throw MappedRows.HaveChanged();
            search.AddAgain(search.MayRepeat(again - 1) ? TextOf(row.ToSample()) : "");
        }
        if (again < Count)
            throw MappedRows.HaveChanged();
        Repeats = search.FindFirsts();
    }

    /// <summary>Notes what a row is split by; returns its text.</summary>
    string Add(MappedRow row)
    {
        Sample sample = row.ToSample();
        Count++;
        _classes?.Add(_settings.ClassColumn is { } column ? Require(row, column, "--stratify") : sample.Answer);
        _groups?.Add(NormalText.Hash(Require(row, _settings.GroupColumn!, "--group")));
        if (_settings.TimeColumn is { } time)
            _times!.Add(RowTime.Ticks(Find(row, time, "--time")) ?? throw NoTime(row, time));
        return TextOf(sample);
    }

    /// <summary>What must not be in two parts: the prompt, or where there is none the text that is learned.</summary>
    static string TextOf(Sample sample) => sample.Prompt.Length > 0 ? sample.Prompt : sample.Answer;

    static JsonElement Find(MappedRow row, string column, string option) =>
        Cells.Find(row.Source.Value, column) is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Array) } value
            ? value
            : throw new HoneException(Text.Of(
                $"Line {row.Source.Line} has no value in the column {column} that {option} names. Give it one, or remove the line.",
                $"第 {row.Source.Line} 行在 {option} 指定的列 {column} 中没有值。请补上，或删除该行。"));

    static string Require(MappedRow row, string column, string option) => Cells.Text(Find(row, column, option));

    static HoneException NoTime(MappedRow row, string column)
    {
        string said = Excerpt.Of(Cells.Text(row.Source.Value, column));
        return new(Text.Of(
            $"Line {row.Source.Line}: {said} in the column {column} is no time, or one without its day and year. Write it like 2026-03-31 or 2026-03-31T08:00:00Z, or as seconds since 1970.",
            $"第 {row.Source.Line} 行：列 {column} 的 {said} 不是时间，或缺少年份和日期。请写成 2026-03-31 或 2026-03-31T08:00:00Z，或 1970 年以来的秒数。"));
    }

    /// <summary>Answers that nobody called classes are some when there are at least two and each stands for three rows on average.</summary>
    int[]? Classes()
    {
        bool isAsked = _settings.ClassColumn is not null || _settings.IsStratified == true;
        if (_classes is { IsFull: true } && isAsked)
            throw new HoneException(Text.Of(
                $"There are more than {MostClasses} different {(_settings.ClassColumn is { } column ? $"values in the column {column}" : "answers")}: these are no classes. Name a column of classes with --stratify, or leave it out.",
                $"{(_settings.ClassColumn is { } name ? $"列 {name} 中" : "")}有超过 {MostClasses} 种不同的{(_settings.ClassColumn is null ? "回答" : "值")}，不能作为类别。请用 --stratify 指定类别列，或去掉它。"));
        return isAsked || (_classes is { Count: > 1 } && _classes.Count * 3 <= Count) ? _classes?.OfRows : null;
    }
}
