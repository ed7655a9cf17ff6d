using System.Numerics.Tensors;

namespace Hone.Engine.Ops;

/// <summary>The sum of two matrices.</summary>
static class SumOp
{
    /// <summary>y = a + b.</summary>
    public static Tensor Sum(this Tape tape, Tensor a, Tensor b)
    {
        Tensor y = tape.New(a.Rows, a.Columns, a.NeedsGrad || b.NeedsGrad);
        TensorPrimitives.Add(a.Data, b.Data, y.Data);

        if (y.NeedsGrad)
        {
            tape.Record(y, () =>
            {
                foreach (Tensor input in (ReadOnlySpan<Tensor>)[a, b])
                {
                    if (input.NeedsGrad)
                        TensorPrimitives.Add(input.Grad, y.Grad, input.Grad);
                }
            });
        }

        return y;
    }
}
