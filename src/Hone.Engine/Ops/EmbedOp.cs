using System.Numerics.Tensors;

namespace Hone.Engine.Ops;

/// <summary>The rows of an embedding table.</summary>
static class EmbedOp
{
    const int ColumnsPerItem = 128;

    /// <summary>y[t] = table[ids[t]], and + addTo[t] where given.</summary>
    /// <param name="table">[V, D]</param>
    /// <param name="addTo">[T, D]; the sum is written into it.</param>
    public static Tensor Embed(this Tape tape, Parameter table, int[] ids, Tensor? addTo = null)
    {
        Tensor y = addTo ?? tape.New(ids.Length, table.Columns, table.IsTrainable);
        for (int row = 0; row < ids.Length; row++)
        {
            if (addTo is null)
                table.Read(ids[row] * table.Columns, y.Row(row));
            else
                AddRow(table, ids[row], y.Row(row));
        }

        if (table.IsTrainable)
            tape.Record(addTo is null ? y : null, () => Backward(table, ids, y));
        return y;
    }

    /// <summary>dtable[ids[t]] += dy[t], in the order of t.</summary>
    static void Backward(Parameter table, int[] ids, Tensor y)
    {
        _ = table.Grad; // cleared before the threads start
        _ = y.Grad;
        Workers.For((table.Columns + ColumnsPerItem - 1) / ColumnsPerItem, (table, ids, y), static (state, item) =>
        {
            (Parameter table, int[] ids, Tensor y) = state;
            int first = item * ColumnsPerItem;
            int width = Math.Min(ColumnsPerItem, table.Columns - first);
            Span<float> grad = table.Grad;
            for (int row = 0; row < ids.Length; row++)
            {
                Span<float> sums = grad.Slice(ids[row] * table.Columns + first, width);
                TensorPrimitives.Add(sums, y.GradRow(row).Slice(first, width), sums);
            }
        });
    }

    static void AddRow(Parameter table, int id, Span<float> y)
    {
        Span<float> row = stackalloc float[Math.Min(y.Length, 1024)];
        for (int first = 0; first < y.Length; first += row.Length)
        {
            Span<float> part = row[..Math.Min(row.Length, y.Length - first)];
            table.Read(id * table.Columns + first, part);
            TensorPrimitives.Add(y.Slice(first, part.Length), part, y.Slice(first, part.Length));
        }
    }
}
