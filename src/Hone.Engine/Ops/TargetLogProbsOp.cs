using System.Numerics.Tensors;
using Hone.Engine.Kernels;
using Hone.Engine.Models;

namespace Hone.Engine.Ops;

/// <summary>The output head and the log-softmax, for the target tokens alone.</summary>
static class TargetLogProbsOp
{
    /// <summary>Probabilities are kept for the way back up to this size; beyond it they are computed again, chunk by chunk.</summary>
    public const long KeptBytes = 128L << 20;

    /// <summary>y[i] = log softmax(x[i]·Wᵀ)[targets[i]].</summary>
    /// <param name="x">The hidden states that predict the targets. [n, D]</param>
    /// <param name="head">[V, D]; may carry no adapter.</param>
    /// <param name="isBest">Receives whether each target was the most probable token.</param>
    public static Tensor TargetLogProbs(this Tape tape, Tensor x, Linear head, int[] targets, Span<bool> isBest)
    {
        Tensor y = tape.New(x.Rows, 1, x.NeedsGrad || head.IsTrainable);
        Tensor logSums = tape.New(x.Rows, 1);
        int chunk = Math.Max(1, (int)Math.Min(x.Rows, KeptBytes / sizeof(float) / head.Outputs));
        bool isKept = chunk == x.Rows && y.NeedsGrad;
        Tensor probabilities = tape.New(chunk, head.Outputs);
        bool[] best = new bool[x.Rows];
        for (int first = 0; first < x.Rows; first += chunk)
        {
            int count = Math.Min(chunk, x.Rows - first);
            Logits(x, head, first, count, probabilities);
            ForwardRows(probabilities, first, count, targets, y, logSums, best, keepsProbabilities: isKept);
        }

        best.CopyTo(isBest);
        if (!isKept)
            probabilities.Release();
        if (y.NeedsGrad)
            tape.Record(y, () => Backward(tape, x, head, targets, y, logSums, isKept ? probabilities : null, chunk));
        return y;
    }

    static void Logits(Tensor x, Linear head, int first, int count, Tensor logits) =>
        Gemm.Multiply(x.View.RowRange(first, count), head.InputToOutput, logits.Memory, logits.Columns);

    static void ForwardRows(Tensor logits, int first, int count, int[] targets, Tensor y, Tensor logSums, bool[] best, bool keepsProbabilities) =>
        Workers.For(count, (logits, first, targets, y, logSums, best, keepsProbabilities), static (state, i) =>
        {
            (Tensor logits, int first, int[] targets, Tensor y, Tensor logSums, bool[] best, bool keepsProbabilities) = state;
            Span<float> row = logits.Row(i);
            int target = targets[first + i];
            float max = TensorPrimitives.Max(row);
            float targetLogit = row[target];
            best[first + i] = targetLogit >= max;
            TensorPrimitives.Subtract(row, max, row);
            TensorPrimitives.Exp(row, row);
            double sum = Sums.InDouble(row);
            float logSum = max + (float)Math.Log(sum);
            logSums.Data[first + i] = logSum;
            y.Data[first + i] = targetLogit - logSum;
            if (keepsProbabilities)
                TensorPrimitives.Multiply(row, (float)(1 / sum), row);
        });

    /// <summary>With p = softmax: dlogits = dy·(onehot - p), dx += dlogits·W, dW += dlogitsᵀ·x.</summary>
    static void Backward(Tape tape, Tensor x, Linear head, int[] targets, Tensor y, Tensor logSums, Tensor? kept, int chunk)
    {
        Tensor probabilities = kept ?? tape.New(chunk, head.Outputs);
        for (int first = 0; first < x.Rows; first += chunk)
        {
            int count = Math.Min(chunk, x.Rows - first);
            if (kept is null)
                Logits(x, head, first, count, probabilities);
            Workers.For(count, (probabilities, first, targets, y, logSums, isKept: kept is not null), static (state, i) =>
                LogitGrads(
                    state.probabilities.Row(i), state.targets[state.first + i], state.y.Grad[state.first + i],
                    state.isKept ? null : state.logSums.Data[state.first + i]));
            MatrixView dlogits = probabilities.View.RowRange(0, count);
            if (head.Weight.IsTrainable)
            {
                Memory<float> grad = head.Weight.TakeGrad(out bool accumulate);
                Gemm.Multiply(dlogits.Transposed, x.View.RowRange(first, count), grad, head.Inputs, 1, accumulate);
            }

            if (x.NeedsGrad)
                Gemm.Multiply(dlogits, head.Weight.View, x.GradMemory[(first * x.Columns)..], x.Columns, 1, accumulate: true);
        }

        probabilities.Release();
    }

    static void LogitGrads(Span<float> row, int target, float dy, float? logSum)
    {
        if (logSum is { } sum)
        {
            TensorPrimitives.Subtract(row, sum, row);
            TensorPrimitives.Exp(row, row);
        }

        TensorPrimitives.Multiply(row, -dy, row);
        row[target] += dy;
    }
}
