using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Contract;

public sealed class ContractTests
{
    const string File = """{"id":"file-1","object":"file","bytes":1,"created_at":2,"filename":"a","purpose":"batch","status":"processed","status_details":null}""";

    [Fact]
    public void What_clients_expect_passes() => Problems("GET", "/v1/files/file-1", 200, File).ShouldBeEmpty();

    [Theory]
    [InlineData("\"id\":\"file-1\"", "\"id\":1")]
    [InlineData("\"id\":\"file-1\",", "")]
    [InlineData("\"bytes\":1", "\"bytes\":1.5")]
    [InlineData("\"bytes\":1", "\"bytes\":null")]
    [InlineData("\"object\":\"file\"", "\"object\":\"folder\"")]
    [InlineData("\"status_details\":null", "\"status_details\":5")]
    public void What_they_do_not_expect_is_found(string right, string wrong) => Problems("GET", "/v1/files/file-1", 200, File.Replace(right, wrong, StringComparison.Ordinal)).ShouldNotBeEmpty();

    [Fact]
    public void An_item_of_a_list_is_named_by_its_place() =>
        Problems("GET", "/v1/models", 200, """{"object":"list","data":[{"id":"a","object":"model","created":"now","owned_by":"me"}]}""").ShouldBe(["$.data[0].created is \"now\", not integer"]);

    [Fact]
    public void An_error_has_its_four_members()
    {
        Problems("GET", "/v1/any", 404, """{"error":{"message":"m","type":"t","param":null,"code":null}}""").ShouldBeEmpty();
        Problems("GET", "/v1/any", 404, """{"error":{"message":"m","type":"t"}}""").ShouldNotBeEmpty();
        Problems("GET", "/v1/any", 404, """{"error":"m"}""").ShouldNotBeEmpty();
    }

    static IReadOnlyList<string> Problems(string method, string path, int status, string body) => Contract.Current.Problems(method, path, status, JsonNode.Parse(body));
}
