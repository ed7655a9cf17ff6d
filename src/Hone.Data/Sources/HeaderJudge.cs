using System.Globalization;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>Tells whether the first row of a table names its columns, and what the columns are called.</summary>
static class HeaderJudge
{
    const int LongestName = 60;

    /// <summary>Names that occur again of which it is said what each is called; there may be as many as columns.</summary>
    const int MostNotes = 5;

    const string EndsOfSentences = ".!?。！？…";
    const int ShortestSentence = 12;

    /// <summary>A name is no number, no sentence, not long, and is no value of its own column further down.</summary>
    public static bool IsHeader(IReadOnlyList<string> first, IReadOnlyList<string[]> others)
    {
        if (first.All(string.IsNullOrWhiteSpace))
            return false;
        for (int column = 0; column < first.Count; column++)
        {
            string cell = OneLine(first[column]);
            bool isData = cell.Length > LongestName
                || double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                || (cell.Length >= ShortestSentence && EndsOfSentences.Contains(cell[^1], StringComparison.Ordinal))
                || (cell.Length > 0 && others.Any(row => column < row.Length && row[column].Trim() == cell));
            if (isData)
                return false;
        }
        return true;
    }

    /// <summary>The names in a header, made distinct; <c>column1</c>, <c>column2</c> … where there is none.</summary>
    public static string[] Columns(IReadOnlyList<string> first, bool hasHeader, List<string> notes)
    {
        List<string> names = [];
        HashSet<string> taken = new(StringComparer.Ordinal);
        Dictionary<string, int> nextNumbers = new(StringComparer.Ordinal);
        int repeated = 0;
        for (int column = 0; column < first.Count; column++)
        {
            string given = hasHeader ? OneLine(first[column]) : "";
            string name = given.Length > 0 ? given : $"column{column + 1}";
            if (!taken.Add(name))
            {
                string stem = given.Length > 0 ? given : "column";
                int number = nextNumbers.GetValueOrDefault(stem, 2);
                while (!taken.Add(name = $"{stem}_{number++}")) { }
                nextNumbers[stem] = number;
            }
            if (given.Length > 0 && name != given && ++repeated <= MostNotes)
                notes.Add(Text.Of($"the name {given} occurs again: column {column + 1} is called {name}", $"列名 {given} 重复：第 {column + 1} 列称为 {name}"));
            names.Add(name);
        }
        if (repeated > MostNotes)
            notes.Add(Text.Of($"so do {repeated - MostNotes:N0} more", $"另有 {repeated - MostNotes:N0} 个重复的列名"));
        return [.. names];
    }

    /// <summary>A name as it can be written in a template: line breaks and other control characters are spaces, and spaces are single.</summary>
    static string OneLine(string name) =>
        string.Join(' ', string.Concat(name.Select(c => char.IsControl(c) ? ' ' : c)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
