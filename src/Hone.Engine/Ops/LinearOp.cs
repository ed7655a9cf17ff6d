using System.Numerics.Tensors;
using Hone.Engine.Adapters;
using Hone.Engine.Kernels;
using Hone.Engine.Models;

namespace Hone.Engine.Ops;

/// <summary>The matrix product of a layer with its bias, its LoRA adapter and the residual stream in one operation.</summary>
static class LinearOp
{
    /// <summary>y = x·Wᵀ + b + scale·(dropout(x)·Aᵀ)·Bᵀ + residual, with the layer's adapter or, in generation, that of each row's sequence.</summary>
    /// <param name="x">[T, inputs]</param>
    /// <param name="residual">[T, outputs]</param>
    public static Tensor Linear(this Tape tape, Tensor x, Linear linear, Tensor? residual = null)
    {
        Tensor y = tape.New(x.Rows, linear.Outputs, x.NeedsGrad || linear.IsTrainable || residual?.NeedsGrad == true);
        bool accumulate = WriteAddends(linear.Bias, residual, y);
        Product(tape, x.View, linear.InputToOutput, y, 1, accumulate);

        Tensor? dropped = null;
        Tensor? low = null;
        if (linear.Adapter is { } adapter)
        {
            dropped = tape.Dropout(x, adapter);
            low = tape.New(x.Rows, adapter.Rank); // u = x·Aᵀ [T, R]
            Product(tape, dropped.View, adapter.A.View.Transposed, low, 1, accumulate: false);
            Product(tape, low.View, adapter.B.View.Transposed, y, adapter.Scale, accumulate: true);
        }

        foreach (AdapterRun run in tape.Batch.AdapterRuns)
        {
            if (run.Adapter.Layers.TryGetValue(linear.Name, out LoraWeights? weights))
                AddAdapter(tape, x, weights, run, y);
        }

        if (y.NeedsGrad)
            tape.Record(y, () => Backward(tape, x, linear, residual, y, dropped, low));
        return y;
    }

    /// <summary>y += scale·(x·Aᵀ)·Bᵀ in the rows of a run, with the bits that they have when all rows share the adapter.</summary>
    static void AddAdapter(Tape tape, Tensor x, LoraWeights adapter, AdapterRun run, Tensor y)
    {
        Tensor low = tape.New(run.Length, adapter.Rank);
        Product(tape, x.View.RowRange(run.Start, run.Length), adapter.A.View.Transposed, low.Memory, low.Columns, 1, accumulate: false);
        Memory<float> rows = y.Memory.Slice(run.Start * y.Columns, run.Length * y.Columns);
        Product(tape, low.View, adapter.B.View.Transposed, rows, y.Columns, adapter.Scale, accumulate: true);
    }

    static void Backward(Tape tape, Tensor x, Linear linear, Tensor? residual, Tensor y, Tensor? dropped, Tensor? low)
    {
        MatrixView dy = y.GradView;
        if (linear.Bias is { IsTrainable: true } bias)
            ColumnSums.AddTo(bias, y.GradMemory, y.Rows);
        if (linear.Weight.IsTrainable)
            AddWeightGrad(linear, x, dy);
        if (x.NeedsGrad)
            AddProduct(x, dy, linear.InputToOutput.Transposed);
        if (linear.Adapter is { } adapter)
            AdapterBackward(tape, x, adapter, dy, dropped!, low!);
        if (residual?.NeedsGrad == true)
            y.PassGradTo(residual);
    }

    /// <summary>With u = dropout(x)·Aᵀ: du = scale·dy·B, dB += scale·dyᵀ·u, dA += duᵀ·dropout(x), dx += du·A.</summary>
    static void AdapterBackward(Tape tape, Tensor x, LoraWeights adapter, MatrixView dy, Tensor dropped, Tensor low)
    {
        Tensor dlow = tape.New(low.Rows, low.Columns);
        Gemm.Multiply(dy, adapter.B.View, dlow.Memory, dlow.Columns, adapter.Scale);
        if (adapter.A.IsTrainable)
        {
            AddProduct(adapter.B, dy.Transposed, low.View, adapter.Scale);
            AddProduct(adapter.A, dlow.View.Transposed, dropped.View, 1);
        }

        if (ReferenceEquals(dropped, x))
        {
            if (x.NeedsGrad)
                AddProduct(x, dlow.View, adapter.A.View);
        }
        else if (dropped.NeedsGrad)
        {
            AddProduct(dropped, dlow.View, adapter.A.View);
        }
    }

    static void AddWeightGrad(Linear linear, Tensor x, MatrixView dy)
    {
        if (linear.IsInputMajor)
            AddProduct(linear.Weight, x.View.Transposed, dy, 1);
        else
            AddProduct(linear.Weight, dy.Transposed, x.View, 1);
    }

    static void AddProduct(Parameter target, MatrixView a, MatrixView b, float alpha)
    {
        Memory<float> grad = target.TakeGrad(out bool accumulate);
        Gemm.Multiply(a, b, grad, target.Columns, alpha, accumulate);
    }

    static void AddProduct(Tensor target, MatrixView a, MatrixView b)
    {
        Memory<float> grad = target.TakeGrad(out bool accumulate);
        Gemm.Multiply(a, b, grad, target.Columns, 1, accumulate);
    }

    static void Product(Tape tape, MatrixView a, MatrixView b, Tensor y, float alpha, bool accumulate) =>
        Product(tape, a, b, y.Memory, y.Columns, alpha, accumulate);

    static void Product(Tape tape, MatrixView a, MatrixView b, Memory<float> y, int columns, float alpha, bool accumulate)
    {
        if (tape.Batch.IsDecoding)
            Gemv.Multiply(a, b, y, columns, alpha, accumulate);
        else
            Gemm.Multiply(a, b, y, columns, alpha, accumulate);
    }

    /// <summary>Writes b + residual where there are any; returns whether the product must be added to them.</summary>
    static bool WriteAddends(Parameter? bias, Tensor? residual, Tensor y)
    {
        if (bias is null && residual is null)
            return false;
        RowBlocks.For(y.Rows, (bias, residual, y), static (state, first, end) =>
        {
            (Parameter? bias, Tensor? residual, Tensor y) = state;
            for (int row = first; row < end; row++)
            {
                if (bias is null)
                    residual!.Row(row).CopyTo(y.Row(row));
                else if (residual is null)
                    bias.Data.CopyTo(y.Row(row));
                else
                    TensorPrimitives.Add(residual.Row(row), bias.Data, y.Row(row));
            }
        });
        return true;
    }
}
