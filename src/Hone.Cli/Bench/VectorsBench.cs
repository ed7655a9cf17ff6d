using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Hone.Engine.Kernels;
using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Cli.Bench;

/// <summary><c>hone bench vectors</c>: filling, opening and searching the built-in vector index, beside the time to read its 8-bit codes once.</summary>
static class VectorsBench
{
    const int Nearest = 10;
    const int QueryCount = 256;
    const int BatchSize = 64;
    const int Rounds = 21;
    const int BatchRounds = 5;

    public static Command Create()
    {
        Argument<string?> file = new("FILE") { Arity = ArgumentArity.ZeroOrOne, Description = Text.Of("Unit vectors as raw float32, with their queries in FILE.queries (default: random ones)", "单位向量（原始 float32），查询在 FILE.queries 中（默认：随机生成）") };
        Option<int> rows = PositiveOption.Create("--rows", Text.Of("Vectors", "向量数"), 1_000_000, most: 100_000_000);
        Option<int> dimensions = PositiveOption.Create("--dimensions", Text.Of("The length of the vectors", "向量的维数"), 384, most: VectorCollection.MaxDimensions);
        Option<int> batch = PositiveOption.Create("--batch", Text.Of("Vectors of an upsert", "每次写入的向量数"), 1000, most: 1_000_000);
        Option<string?> folder = new("--folder") { Description = Text.Of("Where the index is made and deleted again (default: the folder for temporary files)", "建立索引的文件夹，用后删除（默认：临时文件夹）"), HelpName = "FOLDER" };
        Option<bool> noFlush = new("--no-flush") { Description = Text.Of("Do not wait for the disk at each upsert", "每次写入时不等待磁盘") };
        Option<bool> oneBit = new("--one-bit") { Description = Text.Of("Search by one bit for each number first, which misses a row now and then", "先用每个数一位的编码搜索，偶尔会漏掉一行") };

        return new Command("vectors", Text.Of("Time the built-in vector index", "测量内置向量索引的速度")) { file, rows, dimensions, batch, folder, noFlush, oneBit }.Does((parse, output, cancel) =>
        {
            string place = Path.Combine(parse.GetValue(folder) ?? Path.GetTempPath(), $"hone-bench-{Guid.NewGuid():N}");
            try
            {
                using Vectors vectors = Vectors.Of(parse.GetValue(file), parse.GetValue(rows), parse.GetValue(dimensions));
                output.Json(MeasureAsync(vectors, place, parse.GetValue(batch), !parse.GetValue(noFlush), parse.GetValue(oneBit), output, cancel).GetAwaiter().GetResult());
            }
            finally
            {
                if (Directory.Exists(place))
                    Directory.Delete(place, recursive: true);
            }
        });
    }

    static async Task<JsonObject> MeasureAsync(Vectors vectors, string folder, int batch, bool flushes, bool usesSigns, Output output, CancellationToken cancel)
    {
        VectorCollection collection = new("bench", vectors.Dimensions, VectorMetric.Cosine);
        double fill = await FillAsync(vectors, collection, folder, batch, flushes, cancel);
        output.Line(string.Create(CultureInfo.InvariantCulture, $"{vectors.Rows} x {vectors.Dimensions}: {vectors.Rows / fill:F0} upserts/s in batches of {batch}"));

        BuiltInIndex index = new(folder, usesSigns: usesSigns);
        await using (index)
        {
            long start = Stopwatch.GetTimestamp();
            await index.CountAsync(collection, cancel);
            double open = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            start = Stopwatch.GetTimestamp();
            await index.SettleAsync(collection);
            double settle = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            float[][] queries = vectors.Queries();
            double recall = await RecallAsync(vectors, queries, index, collection, cancel);
            output.Line(string.Create(CultureInfo.InvariantCulture, $"opened in {open:F1} ms; recall@{Nearest} {recall:F4}"));

            (double read, double one, double readProcessor, double oneProcessor) = await OneAsync(vectors, queries, index, collection, cancel);
            output.Line(string.Create(CultureInfo.InvariantCulture, $"one query: {one:F2} ms; reading the codes once: {read:F2} ms; ratio {one / read:F2}"));

            (double many, double manyProcessor) = await ManyAsync(queries, index, collection, cancel);
            output.Line(string.Create(CultureInfo.InvariantCulture, $"batches of {BatchSize}: {BatchSize / many:F0} queries/s"));
            return new JsonObject
            {
                ["rows"] = vectors.Rows,
                ["dimensions"] = vectors.Dimensions,
                ["upserts_per_second"] = Math.Round(vectors.Rows / fill),
                ["open_ms"] = Math.Round(open, 2),
                ["settle_ms"] = Math.Round(settle, 2),
                ["recall"] = Math.Round(recall, 5),
                ["one_ms"] = Math.Round(one, 3),
                ["one_processor_ms"] = Math.Round(oneProcessor, 3),
                ["read_ms"] = Math.Round(read, 3),
                ["read_processor_ms"] = Math.Round(readProcessor, 3),
                ["ratio"] = Math.Round(one / read, 3),
                ["batch_queries_per_second"] = Math.Round(BatchSize / many, 1),
                ["batch_processor_ms"] = Math.Round(1000 * manyProcessor, 2),
            };
        }
    }

    static async Task<double> FillAsync(Vectors vectors, VectorCollection collection, string folder, int batch, bool flushes, CancellationToken cancel)
    {
        Dictionary<string, MetadataValue> metadata = new() { ["source"] = "bench" };
        BuiltInIndex index = new(folder, flushes);
        await using (index)
        {
            await index.CreateAsync(collection, cancel);
            double seconds = 0;
            for (int first = 0; first < vectors.Rows; first += batch)
            {
                VectorRecord[] records = [.. Enumerable.Range(first, Math.Min(batch, vectors.Rows - first)).Select(row => new VectorRecord(row.ToString(CultureInfo.InvariantCulture), vectors.Row(row), metadata))];
                long start = Stopwatch.GetTimestamp();
                await index.UpsertAsync(collection, records, cancel);
                seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
                cancel.ThrowIfCancellationRequested();
            }

            return seconds;
        }
    }

    /// <summary>How many of the nearest rows are found that a comparison with all vectors finds.</summary>
    static async Task<double> RecallAsync(Vectors vectors, float[][] queries, BuiltInIndex index, VectorCollection collection, CancellationToken cancel)
    {
        IReadOnlyList<VectorMatch>[] found = await index.QueryAsync(collection, queries, Nearest, filter: null);
        int right = 0, all = 0;
        var scores = new float[vectors.Rows];
        for (int i = 0; i < Math.Min(32, queries.Length); i++)
        {
            cancel.ThrowIfCancellationRequested();
            float[] query = queries[i];
            Parallel.For(0, vectors.Rows, row => scores[row] = TensorPrimitives.Dot<float>(vectors.Row(row), query));
            HashSet<string> truth = [.. Enumerable.Range(0, scores.Length).OrderByDescending(row => scores[row]).Take(Nearest).Select(row => row.ToString(CultureInfo.InvariantCulture))];
            right += found[i].Count(match => truth.Contains(match.Id));
            all += truth.Count;
        }

        return (double)right / all;
    }

    /// <summary>Milliseconds for reading as many bytes as the codes have and for one query, in turns, and what both take of the processors.</summary>
    static async Task<(double Read, double One, double ReadProcessor, double OneProcessor)> OneAsync(Vectors vectors, float[][] queries, BuiltInIndex index, VectorCollection collection, CancellationToken cancel)
    {
        long bytes = (long)vectors.Rows * vectors.Dimensions;
        float[] buffer = new float[Math.Max(1 << 24, (int)Math.Min(bytes / sizeof(float), 1 << 28))];
        buffer.AsSpan().Fill(1);
        double[] read = new double[Rounds], one = new double[Rounds], readProcessor = new double[Rounds], processor = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            TimeSpan processorStart = Environment.CpuUsage.TotalTime;
            read[round] = bytes / MachinePeak.ReadGigabytesPerSecond(buffer) / 1e6;
            readProcessor[round] = (Environment.CpuUsage.TotalTime - processorStart).TotalMilliseconds * bytes / sizeof(float) / buffer.Length;
            long start = Stopwatch.GetTimestamp();
            processorStart = Environment.CpuUsage.TotalTime;
            await index.QueryAsync(collection, new VectorQuery(queries[round % queries.Length], Nearest), cancel);
            processor[round] = (Environment.CpuUsage.TotalTime - processorStart).TotalMilliseconds;
            one[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return (Median.Of(read), Median.Of(one), Median.Of(readProcessor), Median.Of(processor));
    }

    /// <summary>Seconds for a batch, and what it takes of the processors.</summary>
    static async Task<(double Seconds, double Processor)> ManyAsync(float[][] queries, BuiltInIndex index, VectorCollection collection, CancellationToken cancel)
    {
        double[] many = new double[BatchRounds], processor = new double[BatchRounds];
        for (int round = 0; round < BatchRounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            float[][] chosen = [.. Enumerable.Range(round * BatchSize, BatchSize).Select(i => queries[i % queries.Length])];
            long start = Stopwatch.GetTimestamp();
            TimeSpan processorStart = Environment.CpuUsage.TotalTime;
            await index.QueryAsync(collection, chosen, Nearest, filter: null);
            processor[round] = (Environment.CpuUsage.TotalTime - processorStart).TotalSeconds;
            many[round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return (Median.Of(many), Median.Of(processor));
    }

    /// <summary>The vectors of a file, or random ones, which are the same on every run.</summary>
    sealed class Vectors : IDisposable
    {
        readonly FileStream? _file;
        readonly string? _path;

        Vectors(string? path, int rows, int dimensions)
        {
            (_path, Dimensions) = (path, dimensions);
            try
            {
                _file = path is null ? null : File.OpenRead(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new HoneException(Text.Of($"{path} cannot be opened: {error.Message}", $"无法打开 {path}：{error.Message}"), error);
            }

            Rows = _file is null ? rows : (int)(_file.Length / sizeof(float) / dimensions);
            if (Rows == 0)
                throw new HoneException(Text.Of($"{path} has no vector of {dimensions} numbers. Name a file of raw float32.", $"{path} 中没有 {dimensions} 维的向量。请指定原始 float32 文件。"));
        }

        public int Rows { get; }

        public int Dimensions { get; }

        public static Vectors Of(string? path, int rows, int dimensions) => new(path, rows, dimensions);

        public float[] Row(int row)
        {
            if (_file is null)
                return Unit(new SeededRandom((ulong)row), Dimensions);
            float[] vector = new float[Dimensions];
            RandomAccess.Read(_file.SafeFileHandle, MemoryMarshal.AsBytes(vector.AsSpan()), (long)row * Dimensions * sizeof(float));
            return vector;
        }

        public float[][] Queries()
        {
            if (_path is null || !File.Exists(_path + ".queries"))
                return [.. Enumerable.Range(0, QueryCount).Select(i => Unit(new SeededRandom((ulong)(-1 - i)), Dimensions))];
            return [.. MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(_path + ".queries")).ToArray().Chunk(Dimensions)];
        }

        public void Dispose() => _file?.Dispose();

        /// <summary>A direction by chance: sums of four even numbers are near enough to the normal distribution.</summary>
        static float[] Unit(SeededRandom random, int dimensions)
        {
            var vector = new float[dimensions];
            for (int i = 0; i < dimensions; i++)
                vector[i] = (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
            return vector;
        }
    }
}
