using System.Numerics.Tensors;
using Hone.Engine.Kernels;

namespace Hone.Engine;

/// <summary>A float32 matrix of one step, in the arena of its <see cref="Tape"/>, with a gradient of the same shape when one is needed.</summary>
/// <remarks>Valid until its tape is reset. Vectors are matrices of one row.</remarks>
public sealed class Tensor
{
    TensorPool _pool = null!;
    TensorBlock _data;
    TensorBlock _grad;

    internal Tensor() { }

    /// <summary>Writes the values again after they were forgotten.</summary>
    internal Action? Recompute { get; set; }

    public int Rows { get; private set; }

    public int Columns { get; private set; }

    public int Length => Rows * Columns;

    /// <summary>Whether the backward pass has to reach this tensor.</summary>
    public bool NeedsGrad { get; internal set; }

    /// <summary>Whether anything has been added to <see cref="Grad"/> yet.</summary>
    public bool HasGrad => _grad.Length > 0;

    /// <summary>The values as memory, row-major.</summary>
    public Memory<float> Memory
    {
        get
        {
            if (_data.Length == 0)
                Restore();
            return _data.Floats.AsMemory(_data.Offset, Length);
        }
    }

    /// <summary>The values, row-major.</summary>
    public Span<float> Data
    {
        get
        {
            if (_data.Length == 0)
                Restore();
            return _data.Floats.AsSpan(_data.Offset, Length);
        }
    }

    /// <summary>The gradient, row-major; zero until something is added.</summary>
    public Span<float> Grad => GradMemory.Span;

    /// <summary>The gradient as memory; zero until something is added.</summary>
    public Memory<float> GradMemory
    {
        get
        {
            if (!HasGrad)
                TakeGrad(out _).Span.Clear();
            return _grad.Floats.AsMemory(_grad.Offset, Length);
        }
    }

    public MatrixView View => new(Memory, Rows, Columns);

    public MatrixView GradView => new(GradMemory, Rows, Columns);

    public Span<float> Row(int row) => Data.Slice(row * Columns, Columns);

    public Span<float> GradRow(int row) => Grad.Slice(row * Columns, Columns);

    /// <summary>The gradient for a writer that can store instead of add: uninitialised when <paramref name="accumulate"/> is false.</summary>
    public Memory<float> TakeGrad(out bool accumulate)
    {
        accumulate = HasGrad;
        if (!accumulate)
            _grad = _pool.Rent(Length);
        return _grad.Floats.AsMemory(_grad.Offset, Length);
    }

    /// <summary>Adds this tensor's gradient to another's; without a copy when the other has none and this one is not needed any more.</summary>
    internal void PassGradTo(Tensor other)
    {
        if (!other.HasGrad)
        {
            other._grad = _grad;
            _grad = default;
            return;
        }

        RowBlocks.For(Rows, (From: this, To: other), static (state, first, end) =>
        {
            Range rows = (first * state.From.Columns)..(end * state.From.Columns);
            TensorPrimitives.Add(state.To.Grad[rows], state.From.Grad[rows], state.To.Grad[rows]);
        });
    }

    /// <summary>Gives the values back; <see cref="Recompute"/> writes them anew when they are asked for again.</summary>
    internal void Forget()
    {
        if (Recompute is null)
            throw new InvalidOperationException("Only the output of an operation that can be computed again may be forgotten.");
        ReleaseData();
    }

    internal void Attach(TensorPool pool, int rows, int columns, bool needsGrad)
    {
        _pool = pool;
        Rows = rows;
        Columns = columns;
        NeedsGrad = needsGrad;
        Recompute = null;
        _data = pool.Rent(checked(rows * columns));
    }

    /// <summary>Gives values and gradient back to the pool: nothing will ask for them again.</summary>
    internal void Release()
    {
        ReleaseData();
        if (_grad.Length > 0)
            _pool.Return(_grad);
        _grad = default;
        Recompute = null;
    }

    void ReleaseData()
    {
        if (_data.Length > 0)
            _pool.Return(_data);
        _data = default;
    }

    void Restore()
    {
        Action recompute = Recompute ?? throw new InvalidOperationException("The tensor was released: its tape was reset or its step is over.");
        _data = _pool.Rent(Length);
        recompute();
    }
}
