namespace Hone.Data.Quality.Similarity;

/// <summary>Which texts are the same or nearly the same.</summary>
/// <param name="First">For each text the first text of its group: itself where nothing before it is like it.</param>
/// <param name="Near">For a text that is nearly another one which came before it: that one, and the Jaccard similarity of the two. Texts that are equal after normalisation are not listed.</param>
sealed record DuplicateGroups(int[] First, NearMatches Near)
{
    public bool IsFirst(int index) => First[index] == index;
}
