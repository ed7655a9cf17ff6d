namespace Hone.Data.Corpora;

/// <summary>The windows into which a corpus is cut, each one token longer than its stride, so that every token is predicted once; every so many is kept for validation.</summary>
public sealed class CorpusWindows
{
    readonly TokenFile _tokens;
    readonly int _stride;
    readonly int _validationEvery;

    /// <param name="context">Tokens that the model reads of a window.</param>
    /// <param name="validationShare">From 0 to 0.5.</param>
    public CorpusWindows(TokenFile tokens, int context, double validationShare)
    {
        _tokens = tokens;
        _stride = context;
        int count = checked((int)((tokens.Length - 1) / context));
        _validationEvery = validationShare > 0 ? (int)Math.Round(1 / validationShare) : int.MaxValue;
        ValidationCount = count / _validationEvery;
        TrainingCount = count - ValidationCount;
    }

    /// <summary>Tokens of a window.</summary>
    public int Length => _stride + 1;

    public int TrainingCount { get; }

    public int ValidationCount { get; }

    public int[] Training(int index) => Window(index + (index / (_validationEvery - 1)));

    public int[] Validation(int index) => Window((index * _validationEvery) + _validationEvery - 1);

    int[] Window(int index) => _tokens.Read((long)index * _stride, Length);
}
