namespace Hone.Data.Quality.Duplicates;

/// <summary>Training rows that a better training file would not have.</summary>
/// <param name="Repeated">Those that repeat an earlier one, to the letter or nearly so.</param>
/// <param name="Leaked">Those whose prompts stand in the validation or test file too, to the letter or nearly so.</param>
sealed record SuperfluousRows(RowSet Repeated, RowSet Leaked)
{
    public static SuperfluousRows Of(FileProfile profile, RepeatedPrompts repeated)
    {
        RowSet again = new(profile.RowsOf(DataPart.Train));
        RowSet leaked = new(profile.RowsOf(DataPart.Train));
        foreach (RepeatedRow[] group in repeated.Groups)
        {
            RepeatedRow[] train = [.. group.Where(row => profile.PartOf(row.Index) == DataPart.Train)];
            if (train.Length < group.Length)
                Array.ForEach(train, row => leaked.Add(row.Index));
            else
                foreach ((int index, _) in Repetitions.Of(train))
                    again.Add(index);
        }
        return new SuperfluousRows(again, leaked);
    }
}
