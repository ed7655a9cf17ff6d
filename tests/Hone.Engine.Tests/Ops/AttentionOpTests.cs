using Hone.Engine.Ops;
using Xunit;

namespace Hone.Engine.Tests.Ops;

public sealed class AttentionOpTests
{
    [Theory]
    [InlineData(4, 4, 8, 0)]
    [InlineData(4, 2, 7, 0)]
    [InlineData(3, 1, 16, 0)]
    [InlineData(2, 1, 17, 3)]
    [InlineData(2, 2, 17, 0, true)]
    public void Attention_has_the_value_of_its_definition_within_each_sequence(int heads, int keyValueHeads, int width, int window, bool seesAll = false)
    {
        int[] lengths = [5, 1, 130];
        int tokens = lengths.Sum();
        var shape = new AttentionShape(heads, keyValueHeads, width, window, 0.3f, seesAll);
        Parameter q = OpCheck.Random("q", tokens, heads * width, 1), k = OpCheck.Random("k", tokens, keyValueHeads * width, 2), v = OpCheck.Random("v", tokens, keyValueHeads * width, 3);
        var tape = new Tape { Batch = Sequences(lengths) };

        Tensor y = tape.Attention(tape.Input(q), tape.Input(k), tape.Input(v), 0, shape);

        OpCheck.ValuesMatch(y.Data, i => Definition(q, k, v, tape.Batch.Segments, shape, i));
    }

    [Theory]
    [InlineData(2, 2, 8, 0)]
    [InlineData(4, 2, 5, 0)]
    [InlineData(2, 1, 4, 3)]
    [InlineData(2, 2, 5, 0, true)]
    public void Attention_has_the_gradient_of_its_differences(int heads, int keyValueHeads, int width, int window, bool seesAll = false)
    {
        int[] lengths = [6, 1, 4];
        var shape = new AttentionShape(heads, keyValueHeads, width, window, 0.3f, seesAll);
        Parameter q = OpCheck.Random("q", 11, heads * width, 1), k = OpCheck.Random("k", 11, keyValueHeads * width, 2), v = OpCheck.Random("v", 11, keyValueHeads * width, 3);

        OpCheck.GradientsMatch(
            tape =>
            {
                tape.Batch = Sequences(lengths);
                return tape.Attention(tape.Input(q), tape.Input(k), tape.Input(v), 0, shape);
            },
            q, k, v);
    }

    /// <summary>Longer than the stretches in which keys are summed, with windows that begin inside and beyond the first of them.</summary>
    [Theory]
    [InlineData(2, 1, 0)]
    [InlineData(2, 2, 100)]
    [InlineData(2, 1, 390)]
    [InlineData(2, 2, 0, true)]
    public void Long_sequences_have_the_value_and_the_gradient_of_the_definition(int heads, int keyValueHeads, int window, bool seesAll = false)
    {
        const int Width = 5;
        int[] lengths = [70, 800];
        int tokens = lengths.Sum();
        var shape = new AttentionShape(heads, keyValueHeads, Width, window, 0.7f, seesAll);
        Parameter q = OpCheck.Random("q", tokens, heads * Width, 1), k = OpCheck.Random("k", tokens, keyValueHeads * Width, 2), v = OpCheck.Random("v", tokens, keyValueHeads * Width, 3);
        Parameter dy = OpCheck.Random("dy", tokens, heads * Width, 4);
        var tape = new Tape { Batch = Sequences(lengths) };
        foreach (Parameter input in (Parameter[])[q, k, v])
            input.ClearGrad();

        Tensor y = tape.Attention(tape.Input(q), tape.Input(k), tape.Input(v), 0, shape);
        float[] values = y.Data.ToArray();
        Tensor loss = tape.New(1, 1, needsGrad: true);
        tape.Record(loss, () => dy.Data.CopyTo(y.Grad));
        tape.Backward(loss);

        (double[] expected, double[] dq, double[] dk, double[] dv) = ByDefinition(q, k, v, dy, tape.Batch.Segments, shape);
        OpCheck.ValuesMatch(values, i => expected[i]);
        OpCheck.ValuesMatch(q.Grad, i => dq[i]);
        OpCheck.ValuesMatch(k.Grad, i => dk[i]);
        OpCheck.ValuesMatch(v.Grad, i => dv[i]);
    }

    /// <summary>With p = softmax(scale·q·kᵀ): y = p·v, dv = pᵀ·dy, ds = p·(dy·vᵀ - Σ p·dy·vᵀ)·scale, dq = ds·k, dk = dsᵀ·q.</summary>
    static (double[] Y, double[] Dq, double[] Dk, double[] Dv) ByDefinition(Parameter q, Parameter k, Parameter v, Parameter dy, Segment[] segments, AttentionShape shape)
    {
        double[] y = new double[q.Length], dq = new double[q.Length], dk = new double[k.Length], dv = new double[v.Length];
        foreach (Segment segment in segments)
        {
            for (int row = segment.Start; row < segment.Start + segment.Length; row++)
            {
                for (int head = 0; head < shape.Heads; head++)
                {
                    int first = shape.Window == 0 ? segment.Start : Math.Max(segment.Start, row - shape.Window + 1);
                    int end = shape.SeesAll ? segment.Start + segment.Length : row + 1;
                    int queryAt = row * q.Columns + head * shape.HeadWidth, keyColumn = head / shape.Group * shape.HeadWidth;
                    double[] p = [.. Enumerable.Range(first, end - first).Select(key => Math.Exp(shape.Scale * Dot(q, queryAt, k, key * k.Columns + keyColumn, shape.HeadWidth)))];
                    double total = p.Sum();
                    double[] dp = [.. p.Select((_, i) => Dot(dy, queryAt, v, (first + i) * v.Columns + keyColumn, shape.HeadWidth))];
                    double mean = p.Zip(dp, (a, b) => a / total * b).Sum();
                    for (int i = 0; i < p.Length; i++)
                    {
                        double share = p[i] / total, ds = share * (dp[i] - mean) * shape.Scale;
                        int keyAt = (first + i) * k.Columns + keyColumn;
                        for (int column = 0; column < shape.HeadWidth; column++)
                        {
                            y[queryAt + column] += share * v.Data[keyAt + column];
                            dv[keyAt + column] += share * dy.Data[queryAt + column];
                            dq[queryAt + column] += ds * k.Data[keyAt + column];
                            dk[keyAt + column] += ds * q.Data[queryAt + column];
                        }
                    }
                }
            }
        }

        return (y, dq, dk, dv);
    }

    static double Dot(Parameter a, int aStart, Parameter b, int bStart, int length)
    {
        double sum = 0;
        for (int i = 0; i < length; i++)
            sum += (double)a.Data[aStart + i] * b.Data[bStart + i];
        return sum;
    }

    static TokenBatch Sequences(int[] lengths) => TokenBatch.Pack([.. lengths.Select(length => new int[length])]);

    internal static double Definition(Parameter q, Parameter k, Parameter v, Segment[] segments, AttentionShape shape, int element)
    {
        int row = element / q.Columns, head = element % q.Columns / shape.HeadWidth, column = element % shape.HeadWidth;
        Segment segment = segments.Last(s => s.Start <= row);
        int first = shape.Window == 0 ? segment.Start : Math.Max(segment.Start, row - shape.Window + 1);
        int keyColumn = head / shape.Group * shape.HeadWidth;
        double total = 0, sum = 0;
        int end = shape.SeesAll ? segment.Start + segment.Length : row + 1;
        for (int other = first; other < end; other++)
        {
            double score = 0;
            for (int i = 0; i < shape.HeadWidth; i++)
                score += (double)q.Data[row * q.Columns + head * shape.HeadWidth + i] * k.Data[other * k.Columns + keyColumn + i];
            double weight = Math.Exp(score * shape.Scale);
            total += weight;
            sum += weight * v.Data[other * v.Columns + keyColumn + column];
        }

        return sum / total;
    }
}
