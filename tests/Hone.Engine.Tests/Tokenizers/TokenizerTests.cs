using System.Text;
using System.Text.Json;
using Hone.Engine.Tokenizers;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Tokenizers;

public class TokenizerTests
{
    const string Mixed = "Hello, 世界! 今天天气真好。 café e\u0301 👨‍👩‍👧 𠮷野家 𝒳 \t\n  end";

    static readonly Tokenizer Stories = Tokenizer.Load(ParityFolder.Model("stories260k"));

    [Fact]
    public void A_real_model_reads_its_prompt_and_writes_its_story()
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ParityFolder.Model("stories260k"), "expected.json")));
        int[] Ids(string name) => [.. expected.RootElement.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];

        int[] prompt = Stories.Encode(expected.RootElement.GetProperty("prompt").GetString()!);

        prompt.ShouldBe(Ids("prompt_ids"));
        Stories.Decode([.. prompt, .. Ids("greedy_ids")]).ShouldBe(expected.RootElement.GetProperty("greedy_text").GetString());
    }

    [Fact]
    public void Settings_name_the_tokens_around_a_text()
    {
        Stories.BeginId.ShouldBe(1);
        Stories.EndId.ShouldBe(2);
        Stories.PaddingId.ShouldBeNull();
        Stories.VocabSize.ShouldBe(512);
        Stories.Encode("a", addSpecial: false)[0].ShouldNotBe(1);
    }

    [Fact]
    public void Special_token_text_is_ordinary_text_unless_allowed()
    {
        Stories.Encode("a</s>b", allowSpecial: true).ShouldContain(2);
        Stories.Encode("a</s>b").ShouldNotContain(2);
        Stories.Decode(Stories.Encode("a</s>b")).ShouldBe("a</s>b");
    }

    [Fact]
    public void Special_token_text_is_ordinary_text_in_user_content_only()
    {
        TokenSpan[] spans = Stories.EncodeSpans("</s>a</s>b", userContent: [(4, 10)]);

        spans.Where(span => span.Id == 2).ShouldBe([new TokenSpan(2, 0, 4)]);
    }

    [Fact]
    public void Any_text_survives_encoding_and_decoding()
    {
        Stories.Decode(Stories.Encode(Mixed)).ShouldBe(Mixed);
        Stories.Decode(Stories.Encode("half \uD83D a pair")).ShouldBe("half \uFFFD a pair");
    }

    [Fact]
    public void Spans_cover_the_text()
    {
        TokenSpan[] spans = Stories.EncodeSpans(Mixed, addSpecial: false);

        spans[0].Start.ShouldBe(0);
        spans[^1].End.ShouldBe(Mixed.Length);
        spans.Zip(spans.Skip(1)).ShouldAllBe(pair => pair.First.End == pair.Second.Start || pair.First.End == pair.Second.End);
    }

    [Fact]
    public void Streaming_never_emits_half_a_character()
    {
        int[] ids = Stories.Encode(Mixed);
        StreamingDecoder decoder = Stories.Stream();

        string[] parts = [.. ids.Select(decoder.Add), decoder.Finish()];

        string.Concat(parts).ShouldBe(Mixed);
        parts.ShouldAllBe(part => !part.Contains('\uFFFD'));
    }

    [Fact]
    public void A_continued_stream_keeps_the_space_before_its_first_word()
    {
        int[] ids = Stories.Encode("Lily", addSpecial: false);

        string.Concat(ids.Select(Stories.Stream(continues: true).Add)).ShouldBe(" Lily");
        string.Concat(ids.Select(Stories.Stream().Add)).ShouldBe("Lily");
    }

    [Fact]
    public void A_cut_off_character_is_finished_as_a_replacement_character()
    {
        int[] ids = Stories.Encode("世", addSpecial: false);
        StreamingDecoder decoder = Stories.Stream(continues: true);

        string text = string.Concat(ids[..^1].Select(decoder.Add));

        text.ShouldBe(" ");
        decoder.Finish().ShouldBe("\uFFFD");
    }

    [Fact]
    public void Tokens_have_bytes()
    {
        byte[] bytes = [.. Stories.Encode(Mixed, addSpecial: false).SelectMany(id => Stories.TokenBytes(id).ToArray())];

        Encoding.UTF8.GetString(bytes).ShouldBe(" " + Mixed);
        Stories.TokenBytes(100_000).Length.ShouldBe(0);
    }

    [Fact]
    public void A_tokenizer_works_from_several_threads()
    {
        int[] expected = Stories.Encode(Mixed);

        Parallel.For(0, 200, _ => Stories.Encode(Mixed).ShouldBe(expected));
    }
}
