using Hone.Data.Spools;

namespace Hone.Data.Prepare;

/// <summary>The different completions of a frame.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Classes">Each with its first row, in the order of these rows; empty where there are too many to be classes.</param>
public sealed record DifferentCompletions(int Count, IReadOnlyList<CompletionClass> Classes)
{
    // On average more rows than that have the same completion.
    const double RowsPerClass = 3;

    public bool AreClasses => Classes.Count > 0;

    internal static DifferentCompletions Of(Frame frame)
    {
        using DigestFile digests = new();
        foreach (string completion in frame.Completions)
            digests.Add(completion);
        int[] sizes = new int[frame.Rows.Count]; // of the class that begins with the row
        foreach ((_, int first) in digests.Firsts())
            sizes[first]++;
        int count = sizes.Count(size => size > 0);
        return new(count, count < sizes.Length / RowsPerClass ? [.. sizes.Index().Where(one => one.Item > 0).Select(one => new CompletionClass(one.Index, one.Item))] : []);
    }
}

/// <summary>A completion that several rows may have.</summary>
/// <param name="First">The position of its first row in the frame.</param>
/// <param name="Rows">How many rows have it.</param>
public readonly record struct CompletionClass(int First, int Rows);
