using System.Text;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Http;

public sealed class JsonFieldsTests
{
    [Theory]
    [InlineData("""{"a": 1}""", "1 is not of type 'string' - 'a'")]
    [InlineData("""{"a": ""}""", "'' is too short - 'a'")]
    [InlineData("""{"a": "abcd"}""", "'abcd' is too long - 'a'")]
    public void A_text_of_another_kind_or_length_is_refused(string json, string message) => Refusal(json, Shape.Text(1, 3), fields => fields.String("a")).ShouldBe((message, "a"));

    [Theory]
    [InlineData("1.5", "1.5 is not of type 'integer' - 'a'")]
    [InlineData("true", "true is not of type 'integer' - 'a'")]
    [InlineData("0", "0 is less than the minimum of 1 - 'a'")]
    [InlineData("11", "11 is greater than the maximum of 10 - 'a'")]
    [InlineData("1e400", "1e400 is not of type 'integer' - 'a'")]
    public void A_whole_number_out_of_its_range_is_refused(string value, string message) => Refusal($$"""{"a": {{value}}}""", Shape.Whole(1, 10), fields => fields.Integer("a")).ShouldBe((message, "a"));

    [Fact]
    public void A_whole_number_may_be_written_with_a_point() => Parse("""{"a": 3.0}""", Shape.Whole(1, 10)).Integer("a").ShouldBe(3);

    [Fact]
    public void Null_counts_as_absent()
    {
        JsonFields fields = Parse("""{"a": null}""", Shape.Either(Shape.AnyText, Shape.AnyWhole));

        fields.Has("a").ShouldBeFalse();
        fields.String("a").ShouldBeNull();
        fields.Integer("a").ShouldBeNull();
        Refusal("""{"a": null}""", Shape.AnyText, refused => refused.Required("a")).ShouldBe(("Missing required parameter: 'a'.", "a"));
    }

    [Fact]
    public void A_member_within_another_is_named_with_its_path()
    {
        ObjectShape dpo = Shape.Open(Field.Optional("dpo", Shape.Open(Field.Optional("beta", Shape.Number(0, 2)))));
        Refusal("""{"a": {"dpo": {"beta": 3}}}""", dpo, fields => fields.Object("a")!.Object("dpo")!.Number("beta")).ShouldBe(("3 is greater than the maximum of 2 - 'a.dpo.beta'", "a.dpo.beta"));
        Refusal("""{"a": [{}, 5]}""", Shape.List(dpo), fields => fields.Objects("a")).ShouldBe(("5 is not of type 'object' - 'a[1]'", "a[1]"));
    }

    [Fact]
    public void Metadata_has_its_limits()
    {
        Parse("""{"metadata": {"k": "v", "none": null}}""", Metadata.Object).Metadata()!.ShouldBe(new Dictionary<string, string> { ["k"] = "v" });
        Refusal($$$"""{"metadata": {"{{{new string('k', 65)}}}": "v"}}""", Metadata.Object, fields => fields.Metadata()).Param.ShouldBe("metadata");
        Refusal($$$"""{"metadata": {"k": "{{{new string('v', 513)}}}"}}""", Metadata.Object, fields => fields.Metadata()).Param.ShouldBe("metadata.k");
        Refusal($$$"""{"metadata": { {{{string.Join(',', Enumerable.Range(0, 17).Select(i => $"\"{i}\": \"\""))}}} }}""", Metadata.Object, fields => fields.Metadata()).Message.ShouldStartWith("17 pairs are too many");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    [InlineData("{\"a\": \"\\ud83d\"}")]
    [InlineData("{\"\\ud83d\": 1}")]
    public void What_is_no_object_of_texts_is_refused(string json) => Should.Throw<ApiError>(() => Parse(json, Shape.Any)).Status.ShouldBe(400);

    [Fact]
    public void Bytes_that_are_no_text_are_refused() => Should.Throw<ApiError>(() => JsonFields.Parse(new byte[] { (byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}' }, Shape.Open())).Message.ShouldContain("UTF-8");

    [Fact]
    public void What_the_shape_does_not_have_cannot_be_read()
    {
        JsonFields fields = Parse("""{"a": 1, "b": 2}""", Shape.AnyWhole);

        Should.Throw<InvalidOperationException>(() => fields.Integer("b"));
        Should.Throw<InvalidOperationException>(() => fields.String("a"));
        Refusal("""{"a": 1, "b": 2}""", Shape.AnyWhole, refused => refused.RefuseOthers()).ShouldBe(("Unrecognized request argument supplied: b", "b"));
    }

    [Theory]
    [InlineData("0", "0 is less than or equal to the minimum of 0 - 'a'")]
    [InlineData("-1", "-1 is less than the minimum of 0 - 'a'")]
    [InlineData("3", "3 is greater than the maximum of 2 - 'a'")]
    public void A_number_must_be_above_its_limit(string value, string message) => Refusal($$"""{"a": {{value}}}""", Shape.Above(0, 2), fields => fields.Number("a")).ShouldBe((message, "a"));

    /// <param name="shape">Of the members "a" and "metadata".</param>
    static JsonFields Parse(string json, Shape shape) => JsonFields.Parse(Encoding.UTF8.GetBytes(json), Shape.Closed(Field.Optional("a", shape), Field.Optional("metadata", shape)));

    static (string Message, string? Param) Refusal(string json, Shape shape, Action<JsonFields> read)
    {
        ApiError error = Should.Throw<ApiError>(() => read(Parse(json, shape)));
        error.Status.ShouldBe(400);
        return (error.Message, error.Param);
    }
}
