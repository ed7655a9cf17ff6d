using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests;

public class ReadableJsonTests
{
    static readonly JsonWriterOptions Options = new() { Encoder = ReadableJson.Encoder };
    static readonly JsonSerializerOptions Serialized = new() { Encoder = ReadableJson.Encoder };

    /// <summary>Characters that are escaped, that are not, and that need one, two, three and four bytes.</summary>
    static readonly string[] Pieces = ["\"", "\\", "\n", "\u0001", "\u007f", "\u2028", "a", "é", "字", "😀", "𠮷", "\U0010ffff", " ", "'", "<", "\ufeff"];

    [Theory]
    [InlineData("好吃😀𠮷", "\"好吃😀𠮷\"")]
    [InlineData("a \"b\" \\ud83d\n😀\t", "\"a \\\"b\\\" \\\\ud83d\\n😀\\t\"")]
    [InlineData("'<&+é\u2028", "\"'<&+é\\u2028\"")]
    public void Text_stays_as_it_is_but_for_what_JSON_escapes(string text, string expected)
    {
        Written(json => json.WriteStringValue(text)).ShouldBe(expected);
        Written(json => json.WriteStringValue(Encoding.UTF8.GetBytes(text))).ShouldBe(expected);
        Written(json => JsonElement.Parse(JsonSerializer.Serialize(text)).WriteTo(json)).ShouldBe(expected);
        JsonSerializer.Serialize(text, Serialized).ShouldBe(expected);
        JsonEncodedText.Encode(text, ReadableJson.Encoder).ToString().ShouldBe(expected[1..^1]);
    }

    [Fact]
    public void Any_text_is_what_the_relaxed_encoder_makes_of_it_with_its_wide_characters_unescaped()
    {
        Random random = new(7);
        for (int i = 0; i < 2000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            // Character by character: what is one rune beyond U+FFFF stays, and the others are the relaxed encoder's.
            string expected = string.Concat(text.EnumerateRunes().Select(rune => rune.IsBmp ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(rune.ToString()) : rune.ToString()));

            Written(json => json.WriteStringValue(text)).ShouldBe($"\"{expected}\"");
            Written(json => json.WriteStringValue(Encoding.UTF8.GetBytes(text))).ShouldBe($"\"{expected}\"");
            ReadableJson.Encoder.Encode(text).ShouldBe(expected);
        }
    }

    [Fact]
    public void Half_a_character_is_no_text_and_gives_way_to_the_replacement_character()
    {
        foreach ((string text, string expected) in ((string, string)[])[("a\ud83d", "a\ufffd"), ("\ud83d\ud83d\ude00b", "\ufffd😀b"), ("\ude00", "\ufffd"), ("\ud83dx😀", "\ufffdx😀")])
            JsonSerializer.Deserialize<string>($"\"{ReadableJson.Encoder.Encode(text)}\"").ShouldBe(expected);
    }

    [Fact]
    public void A_place_that_is_too_small_and_a_text_that_goes_on_are_told()
    {
        var chars = new char[3];
        var bytes = new byte[5];
        byte[] face = Encoding.UTF8.GetBytes("😀");

        ReadableJson.Encoder.Encode("ab😀", chars, out int read, out int written).ShouldBe(OperationStatus.DestinationTooSmall);
        (read, written).ShouldBe((2, 2));
        ReadableJson.Encoder.Encode("a\ud83d", chars, out read, out written, isFinalBlock: false).ShouldBe(OperationStatus.NeedMoreData);
        (read, written).ShouldBe((1, 1));
        ReadableJson.Encoder.EncodeUtf8([.. "ab"u8, .. face], bytes, out read, out written).ShouldBe(OperationStatus.DestinationTooSmall);
        (read, written).ShouldBe((2, 2));
        ReadableJson.Encoder.EncodeUtf8(face.AsSpan(0, 3), bytes, out read, out written, isFinalBlock: false).ShouldBe(OperationStatus.NeedMoreData);
        (read, written).ShouldBe((0, 0));
        ReadableJson.Encoder.EncodeUtf8(face, bytes, out read, out written).ShouldBe(OperationStatus.Done);
        bytes.AsSpan(0, written).SequenceEqual(face).ShouldBeTrue();
    }

    static string Written(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, Options))
            write(json);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
