using Hone.Engine.Tokenizers;
using Hone.Engine.Tokenizers.BytePair;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Tokenizers.BytePair;

public class BoundaryEncoderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tokens_are_those_of_merging_the_lowest_rank_first_whatever_the_merges(bool isShuffled)
    {
        int exact = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            int letters = 1 + (seed % 3);
            (List<byte[]?> tokens, List<Merge> merges) = RandomVocabulary(random, letters, random.Next(1, 60), isShuffled);
            var vocabulary = new Vocabulary(tokens);
            var pairs = new PairTable(merges);
            var model = new ByteLevelModel(vocabulary, pairs, wholePiecesFirst: false);
            var run = new EncodingRun();
            exact += new TokenBoundaries(pairs, tokens.Count, Enumerable.Range(0, letters)).AreExact ? 1 : 0;
            for (int round = 0; round < 20; round++)
            {
                string text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)('a' + random.Next(letters))));
                int[] symbols = [.. text.Select(letter => letter - 'a')];
                run.Begin(text.Length, wantsSpans: false);
                var merger = new PairMerger();
                symbols.CopyTo(merger.Symbols(text.Length));

                model.Encode(new Piece(text, 0, null), run);
                merger.Merge(pairs, text.Length);

                int[] expected = LowestRankFirst([.. symbols], merges);
                run.Ids.ToArray().ShouldBe(expected, $"seed {seed}, text {text}");
                Tokens(merger, text.Length).ToArray().ShouldBe(expected, $"seed {seed}, text {text}");
            }
        }
        exact.ShouldBeGreaterThan(isShuffled ? 0 : 300);
    }

    /// <summary>A token for each letter and merges of any two tokens: some tokens come about in several ways, some in none.</summary>
    static (List<byte[]?> Tokens, List<Merge> Merges) RandomVocabulary(Random random, int letters, int count, bool isShuffled)
    {
        List<byte[]?> tokens = [.. Enumerable.Range(0, letters).Select(letter => new[] { (byte)('a' + letter) })];
        var merges = new List<Merge>();
        for (int i = 0; i < count; i++)
        {
            int left = random.Next(tokens.Count);
            int right = random.Next(tokens.Count);
            byte[] bytes = [.. tokens[left]!, .. tokens[right]!];
            if (bytes.Length > 12 || merges.Any(merge => merge.Left == left && merge.Right == right))
                continue;
            int merged = tokens.FindIndex(token => token!.AsSpan().SequenceEqual(bytes));
            if (merged < 0)
            {
                merged = tokens.Count;
                tokens.Add(bytes);
            }
            merges.Add(new Merge(left, right, merged));
        }
        for (int i = merges.Count - 1; isShuffled && i > 0; i--)
        {
            int other = random.Next(i + 1);
            (merges[i], merges[other]) = (merges[other], merges[i]);
        }
        return (tokens, merges);
    }

    static int[] LowestRankFirst(List<int> tokens, List<Merge> merges)
    {
        while (true)
        {
            int bestRank = int.MaxValue;
            int bestAt = -1;
            for (int at = 0; at + 1 < tokens.Count; at++)
            {
                int rank = merges.FindIndex(merge => merge.Left == tokens[at] && merge.Right == tokens[at + 1]);
                if (rank >= 0 && rank < bestRank)
                    (bestRank, bestAt) = (rank, at);
            }
            if (bestAt < 0)
                return [.. tokens];
            tokens[bestAt] = merges[bestRank].Merged;
            tokens.RemoveAt(bestAt + 1);
        }
    }

    static List<int> Tokens(PairMerger merger, int count)
    {
        var tokens = new List<int>();
        for (int at = 0; at < count; at = merger.Next(at))
            tokens.Add(merger.TokenAt(at));
        return tokens;
    }
}
