namespace Hone.Data.Quality.Duplicates;

/// <summary>Training rows that a better training file would not have.</summary>
/// <param name="Repeated">Those that repeat an earlier one, to the letter or nearly so.</param>
/// <param name="Leaked">Those whose prompts stand in the validation or test file too, to the letter or nearly so.</param>
sealed record SuperfluousRows(IReadOnlySet<int> Repeated, IReadOnlySet<int> Leaked)
{
    public static SuperfluousRows Of(FileProfile profile, RepeatedPrompts repeated)
    {
        HashSet<int> again = [];
        HashSet<int> leaked = [];
        foreach (RepeatedRow[] group in repeated.Groups)
        {
            RepeatedRow[] train = [.. group.Where(row => profile.PartOf(row.Index) == DataPart.Train)];
            if (train.Length < group.Length)
                leaked.UnionWith(train.Select(row => row.Index));
            else
                again.UnionWith(Repetitions.Of(train).Select(row => row.Index));
        }
        return new SuperfluousRows(again, leaked);
    }
}
