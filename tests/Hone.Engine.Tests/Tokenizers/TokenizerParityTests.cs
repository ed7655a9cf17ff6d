using System.Text.Json;
using Hone.Engine.Tokenizers;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Tokenizers;

[Trait("Kind", "Parity")]
public class TokenizerParityTests
{
    public static IEnumerable<TheoryDataRow<string>> HuggingFace => ParityFolder.Cases("tokenizers-hf");

    [Theory, MemberData(nameof(HuggingFace))]
    public void Text_encodes_and_decodes_as_tokenizers_does(string name)
    {
        string folder = Path.Combine(ParityFolder.Require("tokenizers-hf"), name);
        Tokenizer tokenizer = Tokenizer.Load(folder);

        foreach (JsonElement line in Lines(Path.Combine(folder, "cases.jsonl")))
        {
            string text = line.GetProperty("text").GetString()!;
            int[] expected = Ids(line);

            tokenizer.Encode(text, allowSpecial: true).ShouldBe(expected, $"{name}: {text}");
            tokenizer.EncodeSpans(text).Select(span => span.Id).ShouldBe(expected, $"{name}: {text}");
            tokenizer.Decode(expected).ShouldBe(line.GetProperty("decoded").GetString(), $"{name}: {text}");
        }
    }

    public static IEnumerable<TheoryDataRow<string>> Encodings => ParityFolder.Files("tokenizers-tiktoken", "*.jsonl");

    [Theory, MemberData(nameof(Encodings))]
    public void Text_encodes_as_tiktoken_does(string name)
    {
        string folder = ParityFolder.Require("tokenizers-tiktoken");
        string encoding = Path.GetFileNameWithoutExtension(name);
        Assert.SkipUnless(File.Exists(Path.Combine(AppContext.BaseDirectory, "ranks", encoding + ".ranks")), "skipped: no rank tables, which need Node.js");
        Tokenizer tokenizer = Tokenizer.Tiktoken(encoding);

        foreach (JsonElement line in Lines(Path.Combine(folder, name)))
        {
            string text = line.GetProperty("text").GetString()!;

            tokenizer.Encode(text).ShouldBe(Ids(line), $"{name}: {text}");
            tokenizer.EncodeSpans(text, userContent: [(0, text.Length)]).Select(span => span.Id).ShouldBe(Ids(line), $"{name}: {text}");
            tokenizer.Decode(Ids(line)).ShouldBe(text);
        }
    }

    static IEnumerable<JsonElement> Lines(string path) => File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement);

    static int[] Ids(JsonElement line) => [.. line.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
}
