using Hone.Data.Quality.Similarity;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Similarity;

public sealed class NearDuplicatesTests
{
    const string Long = "The parcel was sent on Monday from our house in the north of the city and should be with you before the end of the week";
    const string Chinese = "您的包裹已于星期一从城北的仓库发出，预计本周之内送到，请您保持电话畅通，注意查收短信通知。";

    [Fact]
    public void Equal_texts_but_for_case_spaces_and_final_stops_are_one_group()
    {
        DuplicateGroups groups = Find("Is it red?", "Is it blue?", "is it  red", "Is it green?", "IS IT RED!");

        groups.First.ShouldBe([0, 1, 0, 3, 0]);
        groups.Near.ShouldBeEmpty();
    }

    [Fact]
    public void Texts_that_differ_in_a_word_are_near_in_both_languages()
    {
        DuplicateGroups groups = Find(Long, Chinese, Long.Replace("Monday", "Tuesday"), Chinese.Replace("星期一", "星期二"), "Something else that has as many words as it needs to be compared with the others at all");

        groups.First.ShouldBe([0, 1, 0, 1, 4]);
        groups.Near[2].ShouldBe(new NearMatch(0, Jaccard(Long, Long.Replace("Monday", "Tuesday"))));
        groups.Near[3].Index.ShouldBe(1);
        groups.Near[3].Similarity.ShouldBeGreaterThanOrEqualTo(NearDuplicates.DefaultSimilarity);
    }

    [Fact]
    public void Short_texts_are_compared_to_the_letter_only() => Find("Turn on the light now", "Turn on the light", "开灯", "关灯").First.ShouldBe([0, 1, 2, 3]);

    [Fact]
    public void Texts_of_different_scopes_are_never_alike()
    {
        using NearDuplicates search = new(Shingles.Learn([]));
        string[] texts = [Long, Long, Long.Replace("Monday", "Tuesday"), Long];
        foreach ((string text, int i) in texts.Select((text, i) => (text, i)))
            search.Add(text, scope: i < 2 ? 1u : 2u);
        search.EndFirstPass();
        foreach (string text in texts)
            search.AddAgain(text);

        search.Find().First.ShouldBe([0, 0, 2, 2]);
    }

    [Fact]
    public void A_frame_that_all_texts_share_makes_none_of_them_alike()
    {
        string[] names = [.. Enumerable.Range(0, 200).Select(i => $"{(char)('a' + (i % 26))}{i}")];
        string[] texts = [.. names.Select(name => $"{Long}. Decide whether the review is good or bad and answer in one word. Review: the {name} dish with {name} sauce, {name} wine, {name} cake and {name} tea")];

        DuplicateGroups groups = Find(texts);

        groups.First.ShouldBe(Enumerable.Range(0, texts.Length));
    }

    [Fact]
    public void Groups_are_those_of_comparing_every_pair()
    {
        Random random = new(5);
        string[] words = [.. Enumerable.Range(0, 400).Select(i => $"word{i}")];
        List<string> texts = [];
        for (int i = 0; i < 150; i++)
        {
            string[] text = [.. Enumerable.Range(0, 40).Select(_ => words[random.Next(words.Length)])];
            texts.Add(string.Join(' ', text));
            for (int copy = 0; copy < i % 3; copy++)
            {
                text[random.Next(text.Length)] = "changed";
                texts.Add(string.Join(' ', text));
            }
        }

        DuplicateGroups groups = Find([.. texts]);

        groups.First.ShouldBe(GroupsByDefinition(texts));
        groups.First.Distinct().Count().ShouldBe(150);
    }

    [Fact]
    public void Groups_reach_across_the_blocks_in_which_keys_are_read()
    {
        static string TextOf(int i) => string.Join(' ', Enumerable.Range(0, 12).Select(j => $"word{(i * 12) + j}"));
        string[] texts = [.. Enumerable.Range(0, 5000).Select(i => TextOf(i % 4500)), TextOf(17) + " more", TextOf(4099).ToUpperInvariant()];

        DuplicateGroups groups = Find(texts);

        groups.First.ShouldBe([.. Enumerable.Range(0, 4500), .. Enumerable.Range(0, 500), 17, 4099]);
        groups.Near.Select(near => (near.Key, near.Value.Index)).ShouldBe([(5000, 17)]);
        groups.Near.Contains(5001).ShouldBeFalse();
    }

    [Fact]
    public void The_keys_of_similar_sets_meet_as_often_as_their_formula_says()
    {
        Random random = new(3);
        int met = 0;
        for (int trial = 0; trial < 400; trial++)
        {
            // 60 of 90 elements are shared: similarity 2/3, for which the formula gives 1 − (1 − (2/3)⁴)¹² = 92.8 %.
            uint[] all = [.. Enumerable.Range(0, 90).Select(_ => (uint)random.NextInt64(uint.MaxValue))];
            var one = new uint[MinHash.Bands];
            var other = new uint[MinHash.Bands];
            MinHash.WriteKeys(all.AsSpan(0, 75), 0, one);
            MinHash.WriteKeys(all.AsSpan(15, 75), 0, other);
            met += one.Zip(other).Any(pair => pair.First == pair.Second) ? 1 : 0;
        }

        (met / 400.0).ShouldBe(0.928, 0.05);
    }

    [Fact]
    public void Jaccard_is_the_shared_part_of_the_union()
    {
        Shingles.Jaccard([1, 2, 3], [2, 3, 4]).ShouldBe(0.5);
        Shingles.Jaccard([], []).ShouldBe(0);
        Shingles.Jaccard([7], [7]).ShouldBe(1);
    }

    static DuplicateGroups Find(params string[] texts) => NearDuplicates.Find(() => texts);

    static double Jaccard(string one, string other)
    {
        Shingles shingles = Shingles.Learn([]);
        uint[] a = shingles.Of(one);
        uint[] b = shingles.Of(other);
        return (double)a.Intersect(b).Count() / a.Union(b).Count();
    }

    static int[] GroupsByDefinition(List<string> texts)
    {
        int[] first = [.. Enumerable.Range(0, texts.Count)];
        for (int i = 0; i < texts.Count; i++)
            for (int j = 0; j < i; j++)
                if (Jaccard(texts[i], texts[j]) >= NearDuplicates.DefaultSimilarity && first[i] != first[j])
                {
                    (int low, int high) = (Math.Min(first[i], first[j]), Math.Max(first[i], first[j]));
                    first = [.. first.Select(one => one == high ? low : one)];
                }
        return first;
    }
}
