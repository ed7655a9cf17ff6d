using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Mapping;

/// <summary>Counts what is empty in the rows that are mapped, so that it can be said: nothing is left out without a word.</summary>
public sealed class EmptyCells
{
    readonly Dictionary<string, LinePlaces> _byColumn = [];
    LinePlaces _withoutAnswer = new();

    /// <summary>Whether rows with an empty cell, or without an answer, are left out.</summary>
    public bool AreSkipped { get; init; }

    /// <summary>How many rows were left out.</summary>
    public int Skipped { get; private set; }

    /// <summary>A sentence for each column with empty cells, and one for rows without an answer.</summary>
    public IEnumerable<string> Sentences()
    {
        foreach ((string column, LinePlaces places) in _byColumn)
            yield return Text.Of($"{column} is empty in {places}", $"{places}的 {column} 为空");
        if (_withoutAnswer.Count > 0)
            yield return Text.Of($"there is no answer in {_withoutAnswer}", $"{_withoutAnswer}没有回答");
        if (Skipped > 0)
            yield return Text.Of(Invariant($"{Text.Counted(Skipped, "row was", "rows were")} left out"), Invariant($"略去 {Skipped:N0} 行"));
        else if (_withoutAnswer.Count > 0)
            yield return Text.Of("they are in the file, and training will refuse it; --skip-empty leaves them out", "这些行仍在输出文件中，训练会拒绝；--skip-empty 可略去它们");
    }

    /// <summary>Forgets what was counted, before the rows are gone through again.</summary>
    internal void Clear()
    {
        _byColumn.Clear();
        _withoutAnswer = new LinePlaces();
        Skipped = 0;
    }

    /// <summary>Counts a row; false when it is to be left out.</summary>
    internal bool Take(int line, IReadOnlyList<string> emptyColumns, bool hasAnswer)
    {
        foreach (string column in emptyColumns)
        {
            if (!_byColumn.TryGetValue(column, out LinePlaces? places))
                _byColumn.Add(column, places = new LinePlaces());
            places.Add(line);
        }
        if (!hasAnswer)
            _withoutAnswer.Add(line);

        bool isWhole = emptyColumns.Count == 0 && hasAnswer;
        if (AreSkipped && !isWhole)
            Skipped++;
        return isWhole || !AreSkipped;
    }
}
