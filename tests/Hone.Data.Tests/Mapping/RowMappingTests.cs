using Hone.Data.Mapping;
using Hone.Data.Sources;
using Hone.Data.Tests.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Mapping;

public class RowMappingTests
{
    [Theory]
    [InlineData("""{"question": "1+1?", "answer": "2"}""", """{"messages":[{"role":"user","content":"1+1?"},{"role":"assistant","content":"2"}]}""")]
    [InlineData("""{"问题": "1+1?", "回答": "2"}""", """{"messages":[{"role":"user","content":"1+1?"},{"role":"assistant","content":"2"}]}""")]
    [InlineData("""{"菜名": "面", "材料": ["水", "面"], "步骤": ["煮"]}""", """{"messages":[{"role":"user","content":"面\n水\n面"},{"role":"assistant","content":"煮"}]}""")]
    [InlineData("""{"instruction": "Add", "input": "1 1", "output": "2"}""", """{"messages":[{"role":"user","content":"Add\n1 1"},{"role":"assistant","content":"2"}]}""")]
    [InlineData("""{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}]}""", """{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"}]}""")]
    [InlineData("""{"prompt": "a", "completion": "b", "id": 7}""", """{"prompt":"a","completion":"b"}""")]
    [InlineData(
        """{"conversations": [{"from": "human", "value": "Q"}], "chosen": {"from": "gpt", "value": "A"}, "rejected": {"from": "gpt", "value": "B"}}""",
        """{"input":{"messages":[{"role":"user","content":"Q"}]},"preferred_output":[{"role":"assistant","content":"A"}],"non_preferred_output":[{"role":"assistant","content":"B"}]}"""
    )]
    public void Known_columns_are_recognised(string row, string expected) => Map(row).ShouldBe(expected);

    [Fact]
    public void Templates_name_columns_and_double_braces_that_are_text() =>
        Map("""{"q": "x", "a": {"b": 3}}""", new MappingOptions { Prompt = "{{Q}}: {q}", Completion = " {a.b}" }).ShouldBe("""{"prompt":"{Q}: x","completion":" 3"}""");

    [Fact]
    public void An_unknown_column_is_named_with_those_that_there_are() =>
        Should.Throw<HoneException>(() => Map("""{"q": "x", "a": "y"}""", new MappingOptions { Prompt = "{z}", Completion = "{a}" })).Message.ShouldBe("There is no column z. The columns are: q, a.");

    [Fact]
    public void Columns_that_mean_nothing_are_listed_with_an_example() =>
        Should.Throw<HoneException>(() => Map("""{"x": "1", "y": "2"}""")).Message.ShouldEndWith("x, y. Say it with templates, such as --prompt '{x}' --completion '{y}'");

    static string Map(string row, MappingOptions? options = null)
    {
        using TextFile file = new(row);
        var source = SourceFile.Open(file.Path, new SourceOptions { Format = "jsonl" });
        return RowMapping.Of(source, options).Map(source.Read()).ShouldHaveSingleItem().Value.GetRawText();
    }
}
