namespace Hone.Engine.Training.Objectives;

/// <summary>Sums over the parts of a batch, or over a validation set.</summary>
public sealed class Score
{
    double _loss;
    long _right;
    long _judged;

    /// <summary>The mean loss.</summary>
    public double Loss => _loss;

    /// <summary>The share of the judged tokens (or preference pairs) that the model had right; 0 when there are none.</summary>
    public double Accuracy => _judged == 0 ? 0 : _right / (double)_judged;

    public void Clear() => (_loss, _right, _judged) = (0, 0, 0);

    /// <param name="loss">A part of the mean loss, already divided by the weight of the whole.</param>
    public void Add(double loss, int right, int judged) => (_loss, _right, _judged) = (_loss + loss, _right + right, _judged + judged);
}
