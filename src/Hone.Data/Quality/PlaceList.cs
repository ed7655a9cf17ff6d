namespace Hone.Data.Quality;

/// <summary>Counts where something shows and keeps the first few places.</summary>
sealed class PlaceList
{
    readonly List<QualityPlace> _first = [];

    public int Count { get; private set; }

    public IReadOnlyList<QualityPlace> First => _first;

    public void Add(QualityRow row, string text)
    {
        Count++;
        if (_first.Count < QualityFinding.MostShown)
            _first.Add(new QualityPlace(row.Part, row.Sample.Line, Excerpt.Of(text)));
    }

    /// <summary>The place shows the prompt and the answer.</summary>
    public void Add(QualityRow row)
    {
        Count++;
        if (_first.Count < QualityFinding.MostShown)
            _first.Add(new QualityPlace(row.Part, row.Sample.Line, Excerpt.Of(row.Sample)));
    }
}
