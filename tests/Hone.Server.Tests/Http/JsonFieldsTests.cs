using System.Text;
using Hone.Server.Http;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Http;

public sealed class JsonFieldsTests
{
    [Theory]
    [InlineData("""{"a": 1}""", "1 is not of type 'string' - 'a'")]
    [InlineData("""{"a": ""}""", "'' is too short - 'a'")]
    [InlineData("""{"a": "abcd"}""", "'abcd' is too long - 'a'")]
    public void A_text_of_another_kind_or_length_is_refused(string json, string message) => Refusal(json, fields => fields.String("a", 1, 3)).ShouldBe((message, "a"));

    [Theory]
    [InlineData("1.5", "1.5 is not of type 'integer' - 'a'")]
    [InlineData("true", "true is not of type 'integer' - 'a'")]
    [InlineData("0", "0 is less than the minimum of 1 - 'a'")]
    [InlineData("11", "11 is greater than the maximum of 10 - 'a'")]
    [InlineData("1e400", "1e400 is not of type 'integer' - 'a'")]
    public void A_whole_number_out_of_its_range_is_refused(string value, string message) => Refusal($$"""{"a": {{value}}}""", fields => fields.Integer("a", 1, 10)).ShouldBe((message, "a"));

    [Fact]
    public void A_whole_number_may_be_written_with_a_point() => Parse("""{"a": 3.0}""").Integer("a", 1, 10).ShouldBe(3);

    [Fact]
    public void Null_counts_as_absent()
    {
        JsonFields fields = Parse("""{"a": null}""");

        fields.Has("a").ShouldBeFalse();
        fields.String("a").ShouldBeNull();
        fields.Integer("a").ShouldBeNull();
        Refusal("""{"a": null}""", refused => refused.Required("a")).ShouldBe(("Missing required parameter: 'a'.", "a"));
    }

    [Fact]
    public void A_member_within_another_is_named_with_its_path()
    {
        Refusal("""{"method": {"dpo": {"beta": 3}}}""", fields => fields.Object("method")!.Object("dpo")!.Number("beta", 0, 2)).ShouldBe(("3 is greater than the maximum of 2 - 'method.dpo.beta'", "method.dpo.beta"));
        Refusal("""{"messages": [{}, 5]}""", fields => fields.Objects("messages")).ShouldBe(("5 is not of type 'object' - 'messages[1]'", "messages[1]"));
    }

    [Fact]
    public void Metadata_has_its_limits()
    {
        Parse("""{"metadata": {"k": "v", "none": null}}""").Metadata()!.ShouldBe(new Dictionary<string, string> { ["k"] = "v" });
        Refusal($$$"""{"metadata": {"{{{new string('k', 65)}}}": "v"}}""", fields => fields.Metadata()).Param.ShouldBe("metadata");
        Refusal($$$"""{"metadata": {"k": "{{{new string('v', 513)}}}"}}""", fields => fields.Metadata()).Param.ShouldBe("metadata.k");
        Refusal($$$"""{"metadata": { {{{string.Join(',', Enumerable.Range(0, 17).Select(i => $"\"{i}\": \"\""))}}} }}""", fields => fields.Metadata()).Message.ShouldStartWith("17 pairs are too many");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    [InlineData("{\"a\": \"\\ud83d\"}")]
    [InlineData("{\"\\ud83d\": 1}")]
    public void What_is_no_object_of_texts_is_refused(string json) => Should.Throw<ApiError>(() => Parse(json)).Status.ShouldBe(400);

    [Fact]
    public void Bytes_that_are_no_text_are_refused() => Should.Throw<ApiError>(() => JsonFields.Parse(new byte[] { (byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}' })).Message.ShouldContain("UTF-8");

    static JsonFields Parse(string json) => JsonFields.Parse(Encoding.UTF8.GetBytes(json));

    static (string Message, string? Param) Refusal(string json, Action<JsonFields> read)
    {
        ApiError error = Should.Throw<ApiError>(() => read(Parse(json)));
        error.Status.ShouldBe(400);
        return (error.Message, error.Param);
    }
}
