using Hone.Engine.Embedding;

namespace Hone.Engine.Training.Objectives;

/// <summary>Sums over the parts of a batch, or over a validation set.</summary>
public sealed class Score
{
    readonly List<double> _cosines = [];
    readonly List<double> _scores = [];
    double _loss;
    double _reciprocalRanks;
    long _right;
    long _ranked;
    long _judged;

    /// <summary>The mean loss.</summary>
    public double Loss => _loss;

    /// <summary>The share of the judged tokens (or pairs) that the model had right; 0 when there are none.</summary>
    public double Accuracy => _judged == 0 ? 0 : _right / (double)_judged;

    /// <summary>The mean of 1 / the place at which a text's partner was found; null where nothing was searched for.</summary>
    public double? ReciprocalRank => _ranked == 0 ? null : _reciprocalRanks / _ranked;

    /// <summary>How well the cosines have the order of the scores; null where there are none, or no order.</summary>
    public double? Spearman => _cosines.Count > 0 && RankCorrelation.Spearman(_cosines, _scores) is var found && double.IsFinite(found) ? found : null;

    public void Clear()
    {
        (_loss, _right, _judged, _reciprocalRanks, _ranked) = (0, 0, 0, 0, 0);
        _cosines.Clear();
        _scores.Clear();
    }

    /// <param name="loss">A part of the mean loss, already divided by the weight of the whole.</param>
    public void Add(double loss, int right, int judged) => (_loss, _right, _judged) = (_loss + loss, _right + right, _judged + judged);

    /// <param name="sum">Of 1 / place, over so many texts.</param>
    public void AddReciprocalRanks(double sum, int count) => (_reciprocalRanks, _ranked) = (_reciprocalRanks + sum, _ranked + count);

    /// <summary>Cosines of pairs with the scores that they should have the order of.</summary>
    public void AddRanked(ReadOnlySpan<double> cosines, ReadOnlySpan<float> scores)
    {
        _cosines.AddRange(cosines);
        foreach (float score in scores)
            _scores.Add(score);
    }
}
