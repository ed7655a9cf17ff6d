using Hone.Engine.Checkpoints;

namespace Hone.Engine.Models;

/// <summary>What a model is built from: takes weights out of a source by name, and remembers them in order.</summary>
public sealed class ModelWeights
{
    readonly WeightSource _source;
    readonly string _prefix;
    readonly List<Parameter> _parameters;
    readonly List<Linear> _linears;

    public ModelWeights(WeightSource source)
        : this(source, "", [], []) { }

    ModelWeights(WeightSource source, string prefix, List<Parameter> parameters, List<Linear> linears)
    {
        _source = source;
        _prefix = prefix;
        _parameters = parameters;
        _linears = linears;
    }

    /// <summary>Everything taken so far, in that order.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The linear layers taken so far, in that order: those that LoRA can adapt.</summary>
    public IReadOnlyList<Linear> Linears => _linears;

    /// <summary>The weights under a prefix.</summary>
    public ModelWeights At(string prefix) => new(_source, _prefix + prefix + ".", _parameters, _linears);

    /// <summary>A vector, kept in float32 whatever the checkpoint stores.</summary>
    public Parameter Vector(string name, int length)
    {
        Parameter vector = Take(name, [length]);
        if (vector.Type != ElementType.F32)
            vector.MakeOwned();
        return vector;
    }

    public Parameter Matrix(string name, int rows, int columns) => Take(name, [rows, columns]);

    /// <summary>A layer whose weight is stored [outputs, inputs].</summary>
    public Linear Linear(string name, int outputs, int inputs, bool hasBias = false)
    {
        Parameter weight = Matrix(name + ".weight", outputs, inputs);
        return Add(new Linear(_prefix + name, weight, hasBias ? Vector(name + ".bias", outputs) : null));
    }

    /// <summary>A layer whose weight is stored [inputs, outputs], as GPT-2's Conv1D does, with a bias.</summary>
    public Linear InputMajorLinear(string name, int inputs, int outputs)
    {
        Parameter weight = Matrix(name + ".weight", inputs, outputs);
        return Add(new Linear(_prefix + name, weight, Vector(name + ".bias", outputs), isInputMajor: true));
    }

    Linear Add(Linear linear)
    {
        _linears.Add(linear);
        return linear;
    }

    Parameter Take(string name, ReadOnlySpan<int> shape)
    {
        Parameter parameter = _source.Get(_prefix + name, shape);
        _parameters.Add(parameter);
        return parameter;
    }
}
