using System.Numerics.Tensors;

namespace Hone.Engine.Ops;

/// <summary>Some rows of a matrix.</summary>
static class SelectRowsOp
{
    /// <summary>y[i] = x[rows[i]].</summary>
    public static Tensor SelectRows(this Tape tape, Tensor x, int[] rows)
    {
        Tensor y = tape.New(rows.Length, x.Columns, x.NeedsGrad);
        for (int i = 0; i < rows.Length; i++)
            x.Row(rows[i]).CopyTo(y.Row(i));

        if (y.NeedsGrad)
        {
            tape.Record(y, () =>
            {
                for (int i = 0; i < rows.Length; i++)
                    TensorPrimitives.Add(x.GradRow(rows[i]), y.GradRow(i), x.GradRow(rows[i]));
            });
        }

        return y;
    }
}
