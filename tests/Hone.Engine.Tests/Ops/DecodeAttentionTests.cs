using Hone.Engine.Generation;
using Hone.Engine.Ops;
using Xunit;

namespace Hone.Engine.Tests.Ops;

public sealed class DecodeAttentionTests
{
    static readonly int[] Lengths = [5, 1, 128, 129, 300];

    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 4, 4, 1, 0 },
        { 4, 2, 7, 0 },
        { 2, 2, 15, 0 },
        { 3, 1, 16, 0 },
        { 2, 1, 17, 3 },
        { 2, 2, 31, 150 },
        { 7, 1, 33, 0 },
        { 6, 2, 64, 0 },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Cached_tokens_and_the_one_that_follows_have_the_value_of_the_definition(int heads, int keyValueHeads, int width, int window)
    {
        int tokens = Lengths.Sum();
        var shape = new AttentionShape(heads, keyValueHeads, width, window, 0.3f);
        Parameter q = OpCheck.Random("q", tokens, heads * width, 1), k = OpCheck.Random("k", tokens, keyValueHeads * width, 2), v = OpCheck.Random("v", tokens, keyValueHeads * width, 3);
        Segment[] whole = TokenBatch.Pack([.. Lengths.Select(length => new int[length])]).Segments;
        var pool = new KvPool(layers: 1, keyValueHeads * width);
        KvCache[] caches = [.. Lengths.Select(_ => new KvCache(pool))];

        foreach ((bool isDecoding, int[] counts) in Passes())
        {
            var rows = new List<int>();
            var segments = new List<Segment>();
            for (int i = 0; i < counts.Length; i++)
            {
                int count = Math.Min(counts[i], Lengths[i] - caches[i].Length);
                if (count == 0)
                    continue;
                segments.Add(new Segment(rows.Count, count, caches[i]));
                rows.AddRange(Enumerable.Range(whole[i].Start + caches[i].Length, count));
            }

            var tape = new Tape(records: false) { Batch = new TokenBatch { Ids = [], Positions = [], Segments = [.. segments], IsDecoding = isDecoding } };
            Tensor y = tape.Attention(Rows(tape, q, rows), Rows(tape, k, rows), Rows(tape, v, rows), 0, shape);

            int step = isDecoding ? 1 : 61; // of the many of a prompt, some
            float[] values = [.. y.Data.ToArray().Where((_, i) => i % step == 0)];
            OpCheck.ValuesMatch(values, i => AttentionOpTests.Definition(q, k, v, whole, shape, rows[i * step / y.Columns] * y.Columns + i * step % y.Columns));
            foreach (Segment segment in segments)
                segment.Cache!.Advance(segment.Length);
        }
    }

    /// <summary>How many tokens of each sequence are computed at a time: two stretches of the prompt, then one token after another.</summary>
    static IEnumerable<(bool IsDecoding, int[] Counts)> Passes() =>
        [
            (false, [3, 0, 70, 128, 131]),
            (false, [1, 0, 55, 0, 166]),
            (true, [1, 1, 1, 1, 1]),
            (true, [0, 0, 1, 0, 1]),
            (true, [0, 0, 1, 0, 1]),
        ];

    static Tensor Rows(Tape tape, Parameter source, List<int> rows)
    {
        Tensor x = tape.New(rows.Count, source.Columns);
        for (int row = 0; row < rows.Count; row++)
            source.Data.Slice(rows[row] * source.Columns, source.Columns).CopyTo(x.Row(row));
        return x;
    }
}
