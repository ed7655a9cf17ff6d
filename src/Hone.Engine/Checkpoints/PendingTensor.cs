namespace Hone.Engine.Checkpoints;

/// <summary>A tensor to be written, whose values are made only when their turn comes.</summary>
/// <param name="Type">The precision to write in.</param>
public sealed record PendingTensor(string Name, int[] Shape, ElementType Type, Func<Parameter> Load)
{
    /// <param name="type">Null keeps the parameter's own.</param>
    public static PendingTensor Of(Parameter parameter, ElementType? type = null) => new(parameter.Name, parameter.Shape, type ?? parameter.Type, () => parameter);
}
