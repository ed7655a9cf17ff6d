namespace Hone.Engine.Checkpoints;

/// <summary>Where a model takes its weights from: a checkpoint's files, or fresh random numbers.</summary>
public abstract class WeightSource
{
    /// <summary>The tensor of this name, which must have this shape. A model asks for each of its tensors once.</summary>
    public abstract Parameter Get(string name, params ReadOnlySpan<int> shape);

    /// <summary>After the model has taken its weights: refuses tensors that it did not ask for.</summary>
    public abstract void RequireAllUsed();
}
