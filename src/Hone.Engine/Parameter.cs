using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Hone.Engine;

/// <summary>A named weight of a model: mapped from a checkpoint in its stored precision, or owned in float32 once it is trained.</summary>
public sealed class Parameter
{
    Memory<float> _singles;
    ReadOnlyMemory<ushort> _halves;
    Memory<float> _grad;

    /// <param name="shape">As in the checkpoint; a vector has one dimension.</param>
    public Parameter(string name, int[] shape, Memory<float> values)
    {
        Name = name;
        Shape = shape;
        (Rows, Columns) = Fold(shape);
        _singles = values;
        Type = ElementType.F32;
    }

    /// <param name="type">BF16 or F16.</param>
    public Parameter(string name, int[] shape, ElementType type, ReadOnlyMemory<ushort> values)
    {
        Name = name;
        Shape = shape;
        (Rows, Columns) = Fold(shape);
        _halves = values;
        Type = type;
    }

    /// <summary>The name in the checkpoint.</summary>
    public string Name { get; }

    public int[] Shape { get; }

    public ElementType Type { get; private set; }

    /// <summary>1 for a vector; of more than two dimensions, all but the last together.</summary>
    public int Rows { get; }

    public int Columns { get; }

    public int Length => Rows * Columns;

    /// <summary>Whether training changes it. Frozen parameters get no gradient.</summary>
    public bool IsTrainable { get; private set; }

    /// <summary>Whether anything has been added to <see cref="Grad"/> in this step.</summary>
    public bool HasGrad { get; private set; }

    /// <summary>The values, row-major; float32 parameters only.</summary>
    public Span<float> Data => Type == ElementType.F32 ? _singles.Span : throw new InvalidOperationException($"{Name} is stored as {Type}.");

    public Memory<float> Memory => Type == ElementType.F32 ? _singles : throw new InvalidOperationException($"{Name} is stored as {Type}.");

    public MatrixView View => Type == ElementType.F32 ? new(_singles, Rows, Columns) : new(Type, _halves, Rows, Columns);

    /// <summary>The gradient, row-major; zero until something is added in this step.</summary>
    public Span<float> Grad => GradMemory.Span;

    public Memory<float> GradMemory
    {
        get
        {
            Memory<float> grad = TakeGrad(out bool accumulate);
            if (!accumulate)
                grad.Span.Clear();
            return grad;
        }
    }

    public MatrixView GradView => new(GradMemory, Rows, Columns);

    /// <summary>The gradient for a writer that can store instead of add: stale when <paramref name="accumulate"/> is false.</summary>
    public Memory<float> TakeGrad(out bool accumulate)
    {
        accumulate = HasGrad;
        HasGrad = true;
        return _grad;
    }

    /// <summary>Begins a step: the next gradient written replaces the last.</summary>
    public void ClearGrad() => HasGrad = false;

    /// <summary>Takes a float32 copy of the values and room for a gradient.</summary>
    public void MakeTrainable()
    {
        if (IsTrainable)
            return;
        MakeOwned();
        _grad = GC.AllocateUninitializedArray<float>(Length, pinned: true);
        IsTrainable = true;
    }

    /// <summary>Replaces the mapped values by an own float32 copy, which may be written to.</summary>
    public void MakeOwned()
    {
        float[] values = GC.AllocateUninitializedArray<float>(Length, pinned: true);
        Read(0, values);
        _singles = values;
        _halves = default;
        Type = ElementType.F32;
    }

    /// <summary>The same values under another name.</summary>
    public Parameter Renamed(string name) => Type == ElementType.F32 ? new(name, Shape, _singles) : new(name, Shape, Type, _halves);

    static (int Rows, int Columns) Fold(ReadOnlySpan<int> shape)
    {
        int rows = 1;
        for (int i = 0; i < shape.Length - 1; i++)
            rows *= shape[i];
        return (rows, shape.IsEmpty ? 1 : shape[^1]);
    }

    /// <summary>Widens values from element <paramref name="start"/> on to float32.</summary>
    public void Read(int start, Span<float> destination)
    {
        switch (Type)
        {
            case ElementType.F32:
                _singles.Span.Slice(start, destination.Length).CopyTo(destination);
                break;
            case ElementType.BF16:
                ReadOnlySpan<ushort> bits = _halves.Span.Slice(start, destination.Length);
                Span<uint> wide = MemoryMarshal.Cast<float, uint>(destination);
                for (int i = 0; i < bits.Length; i++)
                    wide[i] = (uint)bits[i] << 16;
                break;
            case ElementType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(_halves.Span.Slice(start, destination.Length)), destination);
                break;
            default:
                throw new InvalidOperationException($"{Name} has the unknown element type {Type}.");
        }
    }
}
