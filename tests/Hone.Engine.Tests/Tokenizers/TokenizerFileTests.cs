using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine.Tokenizers;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Tokenizers;

public sealed class TokenizerFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-tokenizer-").FullName;

    [Theory]
    [InlineData("normalizer", """{"type":"Nmt"}""", "normalizer of type \"Nmt\". Supported: Sequence, NFC")]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":"AQAAAA=="}""", "a precompiled_charsmap whose trie of 1 bytes does not fit")]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":"?"}""", "not a valid tokenizer.json")]
    [InlineData("pre_tokenizer", """{"type":"UnicodeScripts"}""", "pre_tokenizer of type \"UnicodeScripts\". Supported: Sequence, ByteLevel")]
    [InlineData("post_processor", """{"type":"Magic"}""", "post_processor of type \"Magic\". Supported: Sequence, ByteLevel")]
    [InlineData("decoder", """{"type":"CTC"}""", "decoder of type \"CTC\". Supported: Sequence, ByteLevel")]
    [InlineData("model", """{"type":"WordLevel"}""", "model of type \"WordLevel\". Supported: BPE, WordPiece, Unigram")]
    [InlineData("model", """{"type":"Unigram","vocab":[]}""", "a Unigram model without tokens")]
    [InlineData("model", """{"type":"Unigram","unk_id":7,"vocab":[["a",-1]]}""", "gives 7 as the token for what is unknown")]
    [InlineData("model", """{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":9,"vocab":{"a":0}}""", "its vocabulary lacks it")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":[["a","b"]]}""", "merges \"a\" with \"b\"")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":["a"]}""", "a merge that is no pair")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":-1},"merges":[]}""", "the id -1")]
    [InlineData("model", """{"type":"BPE","vocab":7,"merges":[]}""", "not a valid tokenizer.json")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"\\p{Han}++"},"behavior":"Isolated","invert":false}""", "cannot express: \\p{Han}++")]
    public void What_is_not_known_is_refused_by_name(string part, string json, string expected)
    {
        var error = Should.Throw<HoneException>(() => Load(file => file[part] = JsonNode.Parse(json)));

        error.Message.ShouldContain(expected);
        error.Message.ShouldContain("tokenizer.json");
    }

    [Fact]
    public void A_file_that_is_missing_or_damaged_is_named()
    {
        Should.Throw<HoneException>(() => Tokenizer.Load(_folder)).Message.ShouldContain("There is no tokenizer at");
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), "{\"model\":");
        Should.Throw<HoneException>(() => Tokenizer.Load(_folder)).Message.ShouldContain("not a valid tokenizer.json");
    }

    [Fact]
    public void Merges_are_read_as_strings_and_as_pairs()
    {
        Tokenizer strings = Load(file => file["model"]!["merges"] = new JsonArray("a b"));
        Tokenizer pairs = Load(file => file["model"]!["merges"] = new JsonArray(new JsonArray("a", "b")));

        strings.Encode("aab").ShouldBe([2, 4]);
        pairs.Encode("aab").ShouldBe([2, 4]);
    }

    [Theory]
    [InlineData("always", true, "▁a ▁a <x> ▁b")]
    [InlineData("first", true, "▁a ▁a <x> b")]
    [InlineData("never", true, "a ▁a <x> b")]
    [InlineData("never", false, "a▁a <x> b")]
    public void Metaspace_puts_its_character_where_its_scheme_says(string scheme, bool split, string expected)
    {
        Tokenizer tokenizer = Load(file =>
        {
            file["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Metaspace",
                ["replacement"] = "▁",
                ["prepend_scheme"] = scheme,
                ["split"] = split,
            };
            file["model"]!["vocab"]!["▁a"] = 6;
            file["model"]!["vocab"]!["a▁"] = 7;
            file["model"]!["vocab"]!["a▁a"] = 8;
            file["model"]!["merges"] = new JsonArray("a ▁", "a▁ a", "▁ a");
        });

        string written = string.Join(' ', tokenizer.Encode("a a<x>b", allowSpecial: true).Select(id => Written[id]));

        written.ShouldBe(expected.Replace("▁b", "▁ b", StringComparison.Ordinal));
    }

    static readonly string[] Written = ["<unk>", "<x>", "a", "b", "ab", "▁", "▁a", "a▁", "a▁a"];

    [Theory]
    [InlineData("lstrip", "a <x> b", "0..1 1..5! 6..7")]
    [InlineData("rstrip", "a <x> b", "0..1 2..6! 6..7")]
    [InlineData("single_word", "a<x> <x> b", "0..1 5..8! 9..10")]
    public void Added_tokens_obey_their_flags(string flag, string text, string expected)
    {
        Tokenizer tokenizer = Load(file => file["added_tokens"]![0]![flag] = true);

        TokenSpan[] spans = tokenizer.EncodeSpans(text);

        string.Join(' ', spans.Select(span => $"{span.Start}..{span.End}{(span.Id == 1 ? "!" : "")}")).ShouldBe(expected);
    }

    [Fact]
    public void A_normalized_added_token_is_found_in_normalized_text()
    {
        Tokenizer tokenizer = Load(file =>
        {
            file["normalizer"] = new JsonObject { ["type"] = "Lowercase" };
            file["added_tokens"]![0]!["normalized"] = true;
        });

        tokenizer.Encode("a<X>b", allowSpecial: true).ShouldBe([2, 1, 3]);
        tokenizer.EncodeSpans("A<X>B").ShouldBe([new TokenSpan(2, 0, 1), new TokenSpan(1, 1, 4), new TokenSpan(3, 4, 5)]);
    }

    [Fact]
    public void A_template_puts_tokens_before_and_after()
    {
        Tokenizer tokenizer = Load(file =>
            file["post_processor"] = JsonNode.Parse(
                """
                {"type":"Sequence","processors":[{"type":"ByteLevel"},{"type":"TemplateProcessing",
                 "single":[{"SpecialToken":{"id":"<x>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"<x>","type_id":0}}],
                 "special_tokens":{"<x>":{"id":"<x>","ids":[1],"tokens":["<x>"]}}}]}
                """
            )
        );

        tokenizer.Encode("ab").ShouldBe([1, 4, 1]);
        tokenizer.Encode("ab", addSpecial: false).ShouldBe([4]);
    }

    [Fact]
    public void Without_a_template_the_settings_say_what_is_added()
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), """{"bos_token":{"content":"<x>"},"eos_token":"b","add_bos_token":true}""");

        Tokenizer tokenizer = Load(_ => { });

        (tokenizer.BeginId, tokenizer.EndId).ShouldBe((1, 3));
        tokenizer.Encode("ab").ShouldBe([1, 4]);
    }

    [Theory]
    [InlineData(true, new[] { 2, 0, 3 })]
    [InlineData(false, new[] { 2, 0, 0, 3 })]
    public void Unknown_characters_become_one_token_or_one_each(bool fuses, int[] expected)
    {
        Tokenizer tokenizer = Load(file =>
        {
            file["model"]!["unk_token"] = "<unk>";
            file["model"]!["fuse_unk"] = fuses;
        });

        tokenizer.Encode("a中文b").ShouldBe(expected);
        tokenizer.EncodeSpans("a中文b")[^1].ShouldBe(new TokenSpan(3, 3, 4));
    }

    [Fact]
    public void Spans_point_into_the_text_before_normalization()
    {
        Tokenizer tokenizer = Load(file =>
        {
            file["normalizer"] = JsonNode.Parse("""{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""");
            file["model"]!["vocab"]!["é"] = 6;
        });

        tokenizer.EncodeSpans("e\u0301 ab").ShouldBe([new TokenSpan(5, 0, 0), new TokenSpan(6, 0, 2), new TokenSpan(5, 2, 3), new TokenSpan(4, 3, 5)]);
    }

    [Fact]
    public void An_unknown_pattern_sees_code_points_not_surrogates()
    {
        Tokenizer tokenizer = Load(file =>
        {
            file["pre_tokenizer"] = JsonNode.Parse("""{"type":"Split","pattern":{"Regex":"\\p{L}{2}|\\P{L}"},"behavior":"Isolated","invert":false}""");
            file["model"]!["vocab"]!["𠮷"] = 6;
            file["model"]!["vocab"]!["𠮷a"] = 7;
            file["model"]!["merges"] = new JsonArray("𠮷 a", "a b");
        });

        // Pieces: "𠮷a" and "bb"; then "a" alone, since "b" is in the next piece.
        tokenizer.Encode("𠮷abbaa𠮷a").ShouldBe([7, 3, 3, 2, 2, 7]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    Tokenizer Load(Action<JsonObject> change)
    {
        var file = new JsonObject
        {
            ["added_tokens"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = 1,
                    ["content"] = "<x>",
                    ["single_word"] = false,
                    ["lstrip"] = false,
                    ["rstrip"] = false,
                    ["normalized"] = false,
                    ["special"] = true,
                }
            ),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = new JsonObject
                {
                    ["<unk>"] = 0,
                    ["<x>"] = 1,
                    ["a"] = 2,
                    ["b"] = 3,
                    ["ab"] = 4,
                    ["▁"] = 5,
                },
                ["merges"] = new JsonArray("a b"),
            },
        };
        change(file);
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), JsonSerializer.Serialize(file));
        return Tokenizer.Load(_folder);
    }
}
