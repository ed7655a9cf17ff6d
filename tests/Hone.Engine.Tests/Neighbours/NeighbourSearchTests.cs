using Hone.Engine.Neighbours;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Neighbours;

public sealed class NeighbourSearchTests
{
    [Theory]
    [InlineData(1, 1, 1), InlineData(3, 63, 2), InlineData(16, 64, 5), InlineData(33, 65, 10), InlineData(64, 1000, 1), InlineData(100, 9000, 10), InlineData(384, 700, 3), InlineData(1536, 300, 7)]
    public void The_best_rows_are_among_the_candidates(int dimensions, int rows, int count)
    {
        SeededRandom random = new(3);
        float[][] vectors = Vectors(random, rows, dimensions), queries = Vectors(random, 3, dimensions);
        (float Gain, float Bias)[] ranking = [.. vectors.Select(_ => ((float)(random.NextDouble() + 0.1), (float)(random.NextDouble() - 0.5)))];
        List<VectorSegment> segments = Segments(vectors, ranking);
        ulong[] allowed = new ulong[(segments.Sum(segment => segment.Capacity) + 63) / 64];
        for (int row = 0; row < rows; row++)
            allowed[row / 64] |= row % 5 == 2 ? 0 : 1UL << (row % 64);

        int[][] found = NeighbourSearch.Candidates(segments, rows, queries, count, allowed);
        int[][] alone = [.. queries.Select(query => NeighbourSearch.Candidates(segments, rows, [query], count, allowed)[0])];

        for (int i = 0; i < queries.Length; i++)
        {
            int[] best =
            [
                .. Enumerable.Range(0, rows).Where(row => row % 5 != 2)
                    .OrderByDescending(row => (ranking[row].Gain * Dot(queries[i], vectors[row])) + ranking[row].Bias).Take(count),
            ];
            found[i].ShouldBeUnique();
            found[i].ShouldAllBe(row => row % 5 != 2);
            best.Except(found[i]).ShouldBeEmpty();
            alone[i].Order().ShouldBe(found[i].Order());
            if (rows > 600)
                found[i].Length.ShouldBeLessThan(rows / 2);
        }
    }

    [Fact]
    public void Extreme_vectors_are_found_like_others()
    {
        float[][] vectors = [[0, 0], [1e30f, -1e30f], [1e-30f, 1e-38f], [float.Epsilon, 0], [-1e30f, 1e30f], [3, 4]];
        List<VectorSegment> segments = Segments(vectors, [.. vectors.Select(_ => (1f, 0f))]);

        int[] large = NeighbourSearch.Candidates(segments, vectors.Length, [[1, -1]], 1, [ulong.MaxValue])[0];
        int[] all = NeighbourSearch.Candidates(segments, vectors.Length, [[1, 1]], 6, [ulong.MaxValue])[0];

        large.ShouldBe([1]);
        all.Order().ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public void Nothing_is_found_in_nothing()
    {
        var segment = new VectorSegment(8, 64);

        NeighbourSearch.Candidates([segment], 0, [new float[8]], 3, [0])[0].ShouldBeEmpty();
        NeighbourSearch.Candidates([segment], 64, [new float[8]], 3, [0])[0].ShouldBeEmpty();
        NeighbourSearch.Candidates([segment], 64, [], 3, [0]).ShouldBeEmpty();
    }

    [Fact]
    public void A_segment_in_files_is_there_when_it_is_opened_again()
    {
        string folder = Directory.CreateTempSubdirectory("hone-segment-").FullName;
        try
        {
            string path = Path.Combine(folder, "0.vectors");
            using (VectorSegment written = new(100, 128, path))
                written.Write(3, [.. Enumerable.Range(0, 200).Select(i => i - 50f)], [(1, 0), (1, 0)]);

            using VectorSegment read = new(100, 128, path);

            read.Row(4).ToArray().ShouldBe([.. Enumerable.Range(100, 100).Select(i => i - 50f)]);
            NeighbourSearch.Candidates([read], 128, [[.. Enumerable.Repeat(1f, 100)]], 1, [ulong.MaxValue, ulong.MaxValue])[0].ShouldBe([4]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static List<VectorSegment> Segments(float[][] vectors, (float Gain, float Bias)[] ranking)
    {
        const int Capacity = 512;
        List<VectorSegment> segments = [];
        for (int first = 0; first < vectors.Length; first += Capacity)
        {
            int end = Math.Min(first + Capacity, vectors.Length);
            var segment = new VectorSegment(vectors[0].Length, Capacity);
            segment.Write(0, [.. vectors[first..end].SelectMany(vector => vector)], ranking.AsSpan(first..end));
            segments.Add(segment);
        }

        return segments;
    }

    static float[][] Vectors(SeededRandom random, int count, int dimensions) =>
        [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, dimensions).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray())];

    static double Dot(float[] x, float[] y) => x.Zip(y, (a, b) => (double)a * b).Sum();
}
