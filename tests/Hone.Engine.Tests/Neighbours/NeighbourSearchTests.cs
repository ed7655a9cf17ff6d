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

    [Theory]
    [InlineData(2e-19f, 2e-19f), InlineData(4e-19f, 3e-19f), InlineData(1e-23f, 1e-16f), InlineData(1e-15f, 1e-23f), InlineData(1e-40f, 1), InlineData(1, 1e-38f), InlineData(1e19f, 1e-19f), InlineData(1e19f, 1e18f)]
    public void The_best_are_found_where_float_hardly_holds_their_products(float size, float querySize)
    {
        SeededRandom random = new(6);
        float[][] vectors = [.. Vectors(random, 1600, 96).Select(vector => Scaled(vector, size * (float)(random.NextDouble() + 0.2)))], queries = [.. Vectors(random, 4, 96).Select(query => Scaled(query, querySize))];

        ShouldFindTheBest(vectors, queries);
    }

    [Fact]
    public void The_best_are_found_where_only_tiny_numbers_tell_rows_apart()
    {
        SeededRandom random = new(7);
        float[][] vectors = [.. Vectors(random, 1600, 96).Select(vector => Scaled(vector, 1e-23f))];
        foreach (float[] vector in vectors)
            vector[0] = 1;
        float[] query = new float[96];
        query[5] = 32767; // What 16 bits hold without an error.

        ShouldFindTheBest(vectors, [query]);
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

    [Theory]
    [InlineData(96, 1600, 10, false), InlineData(100, 1537, 1, true), InlineData(384, 1100, 10, true), InlineData(200, 600, 40, false), InlineData(1024, 600, 5, true)]
    public void Shadows_leave_out_nothing_that_a_comparison_with_all_finds(int dimensions, int rows, int count, bool isLikeTexts)
    {
        SeededRandom random = new(4);
        float[][] mixing = Vectors(random, 12, dimensions);
        float[][] all = [.. Vectors(random, rows + 6, dimensions).Select(noise => isLikeTexts ? Mixed(random, mixing, noise) : noise)], vectors = all[6..];
        float[][] queries = [.. all[..6], vectors[7], [.. vectors[9].Select(value => value * 1e-12f)], [.. vectors[11].Select(value => value * 1e25f)], new float[dimensions]];
        (float Gain, float Bias)[] ranking = [.. vectors.Select((vector, i) => i % 2 == 0 ? ((float)(1 / Math.Sqrt(Dot(vector, vector))), 0f) : (1f, -(float)Dot(vector, vector) / 2))];
        List<VectorSegment> plain = Segments(vectors, ranking), shadowed = Segments(vectors, ranking);
        ulong[] allowed = [.. Enumerable.Repeat(0xFFFF_FFFF_7FFF_FFEFul, (rows / 64) + 9)];
        for (int i = 0; i < rows / 512; i++)
        {
            int first = i * 512;
            shadowed[i].MakeShadows(Ranking(ranking, vectors, first));
            shadowed[i].LacksShadows.ShouldBeFalse();
        }

        int[][] found = NeighbourSearch.Candidates(shadowed, rows, queries, count, allowed), byCodes = NeighbourSearch.Candidates(plain, rows, queries, count, allowed);

        for (int i = 0; i < queries.Length; i++)
        {
            int[] best =
            [
                .. Enumerable.Range(0, rows).Where(row => (allowed[row / 64] & (1UL << (row % 64))) != 0)
                    .OrderByDescending(row => (ranking[row].Gain * Dot(queries[i], vectors[row])) + ranking[row].Bias).Take(count),
            ];
            best.Except(found[i]).ShouldBeEmpty();
            best.Except(NeighbourSearch.Candidates(shadowed, rows, [queries[i]], count, allowed)[0]).ShouldBeEmpty();
            found[i].ShouldBeUnique();
            best.Except(byCodes[i]).ShouldBeEmpty();
        }
    }

    [Theory, InlineData(96, 0f), InlineData(100, 0.3f), InlineData(384, 0f), InlineData(1000, 0f)]
    public void Signs_leave_out_rows_and_hardly_any_of_the_best(int dimensions, float bias)
    {
        const int Rows = 2048, Count = 10;
        SeededRandom random = new(8);
        float[][] vectors = Vectors(random, Rows, dimensions), queries = Vectors(random, 20, dimensions);
        (float Gain, float Bias)[] ranking = [.. vectors.Select((vector, i) => ((float)(1 / Math.Sqrt(Dot(vector, vector))), i % 3 * bias))];
        List<VectorSegment> segments = Segments(vectors, ranking);
        ulong[] allowed = [.. Enumerable.Repeat(0xFFFF_FFFF_7FFF_FFEFul, Rows / 64)];
        for (int i = 0; i < segments.Count; i++)
            segments[i].MakeSigns(Ranking(ranking, vectors, i * 512));

        int right = 0;
        foreach (float[] query in queries)
        {
            int[] found = NeighbourSearch.Candidates(segments, Rows, [query], Count, allowed)[0];
            found.ShouldAllBe(row => (allowed[row / 64] & (1UL << (row % 64))) != 0);
            right += Enumerable.Range(0, Rows).Where(row => (allowed[row / 64] & (1UL << (row % 64))) != 0)
                .OrderByDescending(row => (ranking[row].Gain * Dot(query, vectors[row])) + ranking[row].Bias).Take(Count).Intersect(found).Count();
        }

        right.ShouldBeGreaterThan(queries.Length * Count * 98 / 100);
    }

    [Theory, InlineData(1), InlineData(64), InlineData(96), InlineData(100), InlineData(384), InlineData(1536)]
    public void A_rotation_keeps_lengths_and_angles(int dimensions)
    {
        SeededRandom random = new(9);
        float[][] vectors = Vectors(random, 2, dimensions);
        SignRotation rotation = new(dimensions);
        float[][] rotated = [.. vectors.Select(_ => new float[rotation.Length])];

        for (int i = 0; i < 2; i++)
            rotation.Apply(vectors[i], rotated[i]);

        rotation.Length.ShouldBe((dimensions + 63) / 64 * 64);
        Dot(rotated[0], rotated[1]).ShouldBe(Dot(vectors[0], vectors[1]), 1e-4);
        Dot(rotated[0], rotated[0]).ShouldBe(Dot(vectors[0], vectors[0]), 1e-4);
    }

    [Fact]
    public void Shadows_of_extreme_vectors_leave_out_nothing()
    {
        const int Dimensions = 96;
        SeededRandom random = new(5);
        float[][] vectors = [.. Vectors(random, 512, Dimensions).Select((vector, i) => vector.Select(value => i switch { < 64 => 0, < 128 => value * 1e-30f, < 192 => value * 1e30f, 200 => value * 3e38f, 201 => float.Epsilon, _ => value }).ToArray())];
        foreach ((float Gain, float Bias)[] ranking in ((float, float)[][])[[.. vectors.Select(_ => (1f, 0f))], [.. vectors.Select(vector => ((float)(1 / Math.Sqrt(Dot(vector, vector))), 0f))], [.. vectors.Select(vector => (1f, (float)(-Dot(vector, vector) / 2)))]])
        {
            VectorSegment segment = Segments(vectors, ranking)[0];
            segment.MakeShadows(Ranking(ranking, vectors, 0));
            foreach (float[] query in Vectors(random, 3, Dimensions).Concat([vectors[70], vectors[130], vectors[300]]))
            {
                (int Row, double Key)[] keys = [.. vectors.Select((vector, row) => (row, (ranking[row].Gain * Dot(query, vector)) + ranking[row].Bias)).Where(key => double.IsFinite(key.Item2)).OrderByDescending(key => key.Item2)];
                keys.Take(5).Select(key => key.Row).Except(NeighbourSearch.Candidates([segment], 512, [query], 5, [.. Enumerable.Repeat(ulong.MaxValue, 8)])[0]).ShouldBeEmpty();
            }
        }
    }

    [Fact]
    public void Shadows_in_a_file_are_read_again_and_others_are_made_anew()
    {
        const int Dimensions = 96, Rows = 128;
        string folder = Directory.CreateTempSubdirectory("hone-segment-").FullName;
        try
        {
            string path = Path.Combine(folder, "0.vectors"), shadows = Path.Combine(folder, "0.shadows");
            SeededRandom random = new(6);
            float[][] vectors = Vectors(random, Rows, Dimensions);
            (float, float)[] ranking = [.. vectors.Select(_ => (1f, 0f))];
            using (VectorSegment segment = new(Dimensions, Rows, path))
            {
                segment.Write(0, [.. vectors.SelectMany(vector => vector)], ranking);
                segment.MakeShadows(Ranking(ranking, vectors, 0));
            }

            byte[] whole = File.ReadAllBytes(shadows);
            foreach (int damaged in (int[])[-1, 0, 40, 70, whole.Length / 2, whole.Length - 1])
            {
                byte[] bytes = [.. whole];
                if (damaged >= 0)
                    bytes[damaged] ^= 4;
                File.WriteAllBytes(shadows, bytes);
                using VectorSegment segment = new(Dimensions, Rows, path);
                segment.LacksShadows.ShouldBeTrue();
                segment.MakeShadows(Ranking(ranking, vectors, 0));
                File.ReadAllBytes(shadows).ShouldBe(whole);
            }

            File.WriteAllBytes(shadows, whole[..100]);
            vectors = Vectors(random, Rows, Dimensions);
            using VectorSegment other = new(Dimensions, Rows, path);
            other.Write(0, [.. vectors.SelectMany(vector => vector)], ranking);
            File.WriteAllBytes(shadows, whole);
            other.MakeShadows(Ranking(ranking, vectors, 0));
            File.ReadAllBytes(shadows).ShouldNotBe(whole);
            NeighbourSearch.Candidates([other], Rows, [vectors[5]], 1, [ulong.MaxValue, ulong.MaxValue])[0].ShouldContain(5);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static Func<ReadOnlySpan<float>, (float Gain, float Bias)[]> Ranking((float, float)[] ranking, float[][] vectors, int first)
    {
        int next = first;
        return rows =>
        {
            int start = next, count = rows.Length / vectors[0].Length;
            next += count;
            return ranking[start..(start + count)];
        };
    }

    static float[] Mixed(SeededRandom random, float[][] mixing, float[] noise)
    {
        float[] vector = [.. noise.Select(value => value * 0.1f)];
        foreach (float[] direction in mixing)
        {
            float weight = (float)(random.NextDouble() - 0.5);
            for (int i = 0; i < vector.Length; i++)
                vector[i] += weight * direction[i];
        }

        return vector;
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

    /// <summary>Finds the ten rows with the largest dot products, by codes and by shadows.</summary>
    static void ShouldFindTheBest(float[][] vectors, float[][] queries)
    {
        const int Count = 10;
        (float Gain, float Bias)[] ranking = [.. vectors.Select(_ => (1f, 0f))];
        List<VectorSegment> plain = Segments(vectors, ranking), shadowed = Segments(vectors, ranking);
        ulong[] allowed = [.. Enumerable.Repeat(ulong.MaxValue, (vectors.Length / 64) + 9)];
        for (int i = 0; i < vectors.Length / 512; i++)
            shadowed[i].MakeShadows(Ranking(ranking, vectors, i * 512));

        int[][] found = NeighbourSearch.Candidates(plain, vectors.Length, queries, Count, allowed), byShadows = NeighbourSearch.Candidates(shadowed, vectors.Length, queries, Count, allowed);

        for (int i = 0; i < queries.Length; i++)
        {
            int[] best = [.. Enumerable.Range(0, vectors.Length).OrderByDescending(row => Dot(queries[i], vectors[row])).Take(Count)];
            best.Except(found[i]).ShouldBeEmpty();
            best.Except(byShadows[i]).ShouldBeEmpty();
        }
    }

    static float[] Scaled(float[] vector, float size) => [.. vector.Select(value => value * size)];

    static float[][] Vectors(SeededRandom random, int count, int dimensions) =>
        [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, dimensions).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray())];

    static double Dot(float[] x, float[] y) => x.Zip(y, (a, b) => (double)a * b).Sum();
}
