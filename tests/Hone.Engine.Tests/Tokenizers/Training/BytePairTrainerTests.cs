using System.Text;
using System.Text.Json;
using Hone.Engine.Tokenizers;
using Hone.Engine.Tokenizers.Training;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Tokenizers.Training;

public sealed class BytePairTrainerTests : IDisposable
{
    const string Corpus = """
        The quick brown fox jumps over the lazy dog, and the dog sleeps. 12345 67
        <|endofdoc|>
        今天天气真好，我们去公园玩吧。今天的公园很漂亮，我们在公园里玩。
        <|endofdoc|>
        aaaaaaa aaaa aaa the then there 👍👍👍👍 naïve café
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("hone-vocabulary-").FullName;

    [Fact]
    public void The_most_frequent_pairs_become_tokens_in_order()
    {
        TrainedVocabulary vocabulary = Train("abab abab\nxabab", size: 256 + 3, specialTokens: []);

        // Words: "abab", " abab", "\n" and "xabab". "ab" occurs six times, "abab" three times, then " abab" would be next with only one.
        Merges(vocabulary).ShouldBe(["a b", "ab ab"]);
    }

    [Fact]
    public void Merges_are_those_of_counting_everything_again_after_each()
    {
        TrainedVocabulary vocabulary = Train(Corpus, size: 340, ["<|endoftext|>"]);

        Merges(vocabulary).ShouldBe(CountAgainAfterEach(Corpus, vocabulary.Size - 257));
    }

    [Fact]
    public void The_vocabulary_does_not_depend_on_the_number_of_threads()
    {
        string text = string.Concat(Enumerable.Repeat(Corpus, 3));

        byte[] one = Saved(Train(text, 350, ["<|endoftext|>"], threads: 1));
        byte[] three = Saved(Train(text, 350, ["<|endoftext|>"], threads: 3));

        one.ShouldBe(three);
    }

    [Fact]
    public void A_trained_vocabulary_loads_and_keeps_every_text()
    {
        Train(Corpus, 290, ["<|endoftext|>", "<|im_end|>"]).Save(_folder);

        Tokenizer tokenizer = Tokenizer.Load(_folder);

        string text = Corpus + " \u0000 𠮷 unseen 文字<|im_end|>";
        tokenizer.VocabSize.ShouldBe(290);
        tokenizer.EndId.ShouldBe(0);
        tokenizer.Decode(tokenizer.Encode(text)).ShouldBe(text);
        tokenizer.Encode("a<|im_end|>", allowSpecial: true)[^1].ShouldBe(1);
        tokenizer.Encode(Corpus).Length.ShouldBeLessThan(Encoding.UTF8.GetByteCount(Corpus));
    }

    [Fact]
    public void Separators_between_documents_are_not_learned()
    {
        Train(string.Concat(Enumerable.Repeat("<|endofdoc|>\n<|endoftext|>ab\n", 50)), 300, ["<|endoftext|>"]).Save(_folder);

        Tokenizer.Load(_folder).TokenId("endof").ShouldBeNull();
        Tokenizer.Load(_folder).TokenId("ab").ShouldNotBeNull();
    }

    [Fact]
    public void An_impossible_size_is_refused()
    {
        Should.Throw<HoneException>(() => Train(Corpus, 256, ["<|endoftext|>"])).Message.ShouldContain("need 257");
        Should.Throw<HoneException>(() => Train("", 300, [])).Message.ShouldContain("no text");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static TrainedVocabulary Train(string text, int size, IReadOnlyList<string> specialTokens, int threads = 2) =>
        BytePairTrainer.Train(
            [new StringReader(text)],
            new VocabularyTraining
            {
                Size = size,
                SpecialTokens = specialTokens,
                Threads = threads,
            }
        );

    byte[] Saved(TrainedVocabulary vocabulary)
    {
        vocabulary.Save(_folder);
        return File.ReadAllBytes(Path.Combine(_folder, "tokenizer.json"));
    }

    string[] Merges(TrainedVocabulary vocabulary)
    {
        using JsonDocument document = JsonDocument.Parse(Saved(vocabulary));
        return [.. document.RootElement.GetProperty("model").GetProperty("merges").EnumerateArray().Select(merge => $"{merge[0]} {merge[1]}")];
    }

    /// <summary>The definition: all pairs of all words are counted before each merge; among equals the older tokens win.</summary>
    static List<string> CountAgainAfterEach(string corpus, int mergeCount)
    {
        List<List<string>> words = [.. corpus.Split("<|endofdoc|>").SelectMany(Words).Select(word => Encoding.UTF8.GetBytes(word).Select(Written).ToList())];
        List<string> tokens = [.. Enumerable.Range(0, 256).Select(value => Written((byte)value))];
        var merges = new List<string>();
        while (merges.Count < mergeCount)
        {
            var best = words
                .SelectMany(word => word.Zip(word.Skip(1)))
                .GroupBy(pair => pair)
                .OrderByDescending(group => group.Count())
                .ThenBy(group => tokens.IndexOf(group.Key.First))
                .ThenBy(group => tokens.IndexOf(group.Key.Second))
                .First()
                .Key;
            merges.Add($"{best.First} {best.Second}");
            tokens.Add(best.First + best.Second);
            foreach (List<string> word in words)
                for (int i = 0; i + 1 < word.Count; i++)
                    if ((word[i], word[i + 1]) == best)
                    {
                        word[i] += word[i + 1];
                        word.RemoveAt(i + 1);
                    }
        }
        return merges;
    }

    static string Written(byte value) => ByteAlphabet.FromBytes([value]);

    static IEnumerable<string> Words(string text)
    {
        var splitter = Engine.Tokenizers.Splitting.Splitter.ByPattern[Engine.Tokenizers.Splitting.Splitter.TrainingPattern];
        for (int start = 0; start < text.Length; )
        {
            int end = splitter.PieceEnd(text, start);
            yield return text[start..end];
            start = end;
        }
    }
}
