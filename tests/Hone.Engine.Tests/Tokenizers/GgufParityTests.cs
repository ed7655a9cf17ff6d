using System.Globalization;
using Hone.Engine.Tokenizers;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Tokenizers;

[Trait("Kind", "Parity")]
public class GgufParityTests
{
    const string Kind = "gguf-vocab", Separator = "\n__ggml_vocab_test__\n";

    public static IEnumerable<TheoryDataRow<string>> Files => ParityFolder.Files(Kind, "*.gguf");

    [Theory, MemberData(nameof(Files))]
    public void Text_is_cut_as_llama_cpp_cuts_it(string name)
    {
        string path = Path.Combine(ParityFolder.Require(Kind), name);
        var vocabulary = GgufVocabulary.Read(path);
        string? json = vocabulary.ToTokenizerJson();
        Assert.SkipWhen(json is null, "skipped: a vocabulary of another kind");
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, json);
            Tokenizer tokenizer = Tokenizer.Load(file);

            string[] texts = File.ReadAllText(path + ".inp").Split(Separator);
            string[] lines = File.ReadAllText(path + ".out").Split('\n');
            for (int i = 0; i < texts.Length; i++)
            {
                int[] expected = [.. lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
                tokenizer.Encode(texts[i], addSpecial: false).ShouldBe(expected, $"{name}, text {i + 1}: {texts[i]}");
            }
        }
        finally
        {
            File.Delete(file);
        }
    }
}
