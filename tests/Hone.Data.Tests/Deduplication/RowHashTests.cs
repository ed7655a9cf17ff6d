using System.Text.Json;
using Hone.Data.Deduplication;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Deduplication;

public sealed class RowHashTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """{ "b": [1, 2], "a": 1 }""", true)]
    [InlineData("""{"a":"你\n"}""", """{"a":"\u4f60\u000a"}""", true)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":"x","b":"y"}""", """{"a":"y","b":"x"}""", false)]
    [InlineData("""{"a":[]}""", """{"a":{}}""", false)]
    [InlineData("""{"a":null}""", """{}""", false)]
    [InlineData("""{"a":{"b":1},"c":2}""", """{"a":{"b":1,"c":2}}""", false)]
    public void What_a_row_holds_decides(string one, string other, bool isSame) => (RowHash.Of(JsonElement.Parse(one)) == RowHash.Of(JsonElement.Parse(other))).ShouldBe(isSame);
}
