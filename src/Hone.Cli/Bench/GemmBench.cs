using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Engine.Kernels;

namespace Hone.Cli.Bench;

/// <summary><c>hone bench gemm</c>: a matrix product beside the multiply-adds that the machine can do at most, in turns, on one core and on all.</summary>
static class GemmBench
{
    const int Rounds = 31;
    const int MostThreads = 1024;
    const double OperationsPerRound = 4e9;
    const long LargestMatrix = 1_000_000_000;

    public static Command Create()
    {
        Option<int> m = PositiveOption.Create("--m", Text.Of("Rows of A", "A 的行数"), 512);
        Option<int> n = PositiveOption.Create("--n", Text.Of("Columns of B", "B 的列数"), 3584);
        Option<int> k = PositiveOption.Create("--k", Text.Of("Columns of A and rows of B", "A 的列数，即 B 的行数"), 896);
        Option<string> type = new("--type") { Description = Text.Of("How B is stored", "B 的存储类型"), DefaultValueFactory = _ => "f32" };
        type.AcceptOnlyFromAmong("f32", "bf16", "f16");
        Option<int?> threads = PositiveOption.CreateOptional("--threads", Text.Of("Threads (default: one, then all)", "线程数（默认：先一个，再全部）"), most: MostThreads);

        return new Command("gemm", Text.Of("Time a matrix product A·Bᵀ", "测量矩阵乘积 A·Bᵀ 的时间")) { m, n, k, type, threads }.Does((parse, output, cancel) =>
        {
            (int rows, int columns, int depth) = (parse.GetValue(m), parse.GetValue(n), parse.GetValue(k));
            if (Math.Max((long)rows * depth, Math.Max((long)columns * depth, (long)rows * columns)) > LargestMatrix)
                throw new HoneException(Text.Of("One of the three matrices has more than a thousand million elements. Choose smaller ones.", "三个矩阵之一超过十亿个元素，请改小。"));
            ElementType stored = Enum.Parse<ElementType>(parse.GetValue(type)!, ignoreCase: true);
            MatrixView a = RandomMatrix(ElementType.F32, rows, depth);
            MatrixView b = RandomMatrix(stored, columns, depth).Transposed;
            float[] c = GC.AllocateUninitializedArray<float>(rows * columns, pinned: true);
            int[] counts = parse.GetValue(threads) is int chosen ? [chosen] : [.. new[] { 1, Workers.Threads }.Distinct()];
            foreach (int count in counts)
            {
                (double product, double peak) = Measure(a, b, c, count, cancel);
                output.Line(string.Create(CultureInfo.InvariantCulture,
                    $"{rows}x{columns}x{depth} {stored}, {count} threads: {product:F0} GFLOP/s, {product / peak:P0} of the peak of {peak:F0} GFLOP/s"));
                output.Json(new JsonObject
                {
                    ["m"] = rows,
                    ["n"] = columns,
                    ["k"] = depth,
                    ["type"] = parse.GetValue(type),
                    ["threads"] = count,
                    ["gflops"] = Math.Round(product, 1),
                    ["peak_gflops"] = Math.Round(peak, 1),
                    ["ratio"] = Math.Round(product / peak, 3),
                });
            }
        });
    }

    /// <summary>Medians of rounds in which product and peak follow each other, so that both see the same machine.</summary>
    static (double Product, double Peak) Measure(MatrixView a, MatrixView b, Memory<float> c, int threads, CancellationToken cancel)
    {
        int threadsBefore = Workers.Threads;
        Workers.Threads = threads;
        double operations = 2.0 * a.Rows * a.Columns * b.Columns;
        int repetitions = (int)Math.Clamp(OperationsPerRound / operations, 1, 10_000);
        var product = new double[Rounds];
        var peak = new double[Rounds];
        Gemm.Multiply(a, b, c, b.Columns);
        for (int round = 0; round < Rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            peak[round] = MachinePeak.Gigaflops();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < repetitions; i++)
                Gemm.Multiply(a, b, c, b.Columns);
            product[round] = operations * repetitions / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
        }

        Workers.Threads = threadsBefore;
        return (Median.Of(product), Median.Of(peak));
    }

    static MatrixView RandomMatrix(ElementType type, int rows, int columns)
    {
        var random = new Random(1);
        int length = rows * columns;
        if (type == ElementType.F32)
        {
            float[] singles = GC.AllocateUninitializedArray<float>(length, pinned: true);
            for (int i = 0; i < length; i++)
                singles[i] = random.NextSingle() - 0.5f;
            return new MatrixView(singles, rows, columns);
        }

        ushort[] halves = GC.AllocateUninitializedArray<ushort>(length, pinned: true);
        for (int i = 0; i < length; i++)
        {
            float value = random.NextSingle() - 0.5f;
            halves[i] = type == ElementType.BF16 ? (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16) : BitConverter.HalfToUInt16Bits((Half)value);
        }

        return new MatrixView(type, halves, rows, columns);
    }
}
