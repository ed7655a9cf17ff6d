using Hone.Data.Formats;
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
    public void Line_breaks_tabs_and_backslashes_are_written_with_a_backslash() =>
        Map("""{"q": "x\\n"}""", new MappingOptions { Prompt = @"{q}\n\n###\t\\n\d", Completion = "{q}" }).ShouldBe("""{"prompt":"x\\n\n\n###\t\\n\\d","completion":"x\\n"}""");

    [Fact]
    public void An_unknown_column_is_named_with_those_that_there_are() =>
        Should.Throw<HoneException>(() => Map("""{"q": "x", "a": "y"}""", new MappingOptions { Prompt = "{z}", Completion = "{a}" })).Message.ShouldBe("There is no column z. The columns are: q, a.");

    [Fact]
    public void Columns_that_mean_nothing_are_listed_with_an_example() =>
        Should.Throw<HoneException>(() => Map("""{"x": "1", "y": "2"}""")).Message.ShouldEndWith("x, y. Say it with templates, such as --prompt \"{x}\" --completion \"{y}\"");

    [Fact]
    public void Empty_objects_have_nothing_to_say() => Should.Throw<HoneException>(() => Map("{}")).Message.ShouldEndWith(" are empty: no training lines can be made of them.");

    [Theory]
    [InlineData("""{"question": "Q", "answer": "LONG"}""")]
    [InlineData("""{"prompt": "Q", "completion": "LONG"}""")]
    public void An_example_that_no_training_file_takes_is_refused_with_its_line(string row)
    {
        using TextFile file = new($"[{row.Replace("LONG", "short", StringComparison.Ordinal)},\n {row.Replace("LONG", new string('x', 17 << 20), StringComparison.Ordinal)}]");
        var source = SourceFile.Open(file.Path, new SourceOptions { Format = "json" });

        Should.Throw<HoneException>(() => RowMapping.Of(source).Map(source.Read()).Count()).Message.ShouldContain("The row that begins in line 2 makes an example of more than 16 MB");
    }

    [Fact]
    public void Templates_that_are_advised_can_be_pasted() =>
        Should.Throw<HoneException>(() => Map("""{"a`b": "1", "c$d": "2"}""")).Message.ShouldEndWith("""--prompt '{a`b}' --completion '{c$d}'""");

    [Theory]
    [InlineData("""{"text": "good", "label": 1}""", """{"messages":[{"role":"user","content":"good"},{"role":"assistant","content":"1"}]}""")]
    [InlineData("""{"Review": "好", "类别": "正面"}""", """{"messages":[{"role":"user","content":"好"},{"role":"assistant","content":"正面"}]}""")]
    [InlineData("""{"title": "t", "ask": "q", "answer": "a", "department": "d"}""", """{"messages":[{"role":"user","content":"t\nq"},{"role":"assistant","content":"a"}]}""")]
    [InlineData("""{"dialogue": "long", "summary": "short"}""", """{"messages":[{"role":"user","content":"long"},{"role":"assistant","content":"short"}]}""")]
    [InlineData("""{"instruction": "x", "input": "", "output": "z", "system": "s", "history": [["a", "b"]]}""", """{"messages":[{"role":"system","content":"s"},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"x"},{"role":"assistant","content":"z"}]}""")]
    [InlineData("""{"prompt": "p", "chosen": "a", "rejected": "b"}""", """{"input":{"messages":[{"role":"user","content":"p"}]},"preferred_output":[{"role":"assistant","content":"a"}],"non_preferred_output":[{"role":"assistant","content":"b"}]}""")]
    [InlineData("""{"turns": ["a", "b", "c", "d"]}""", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"assistant","content":"d"}]}""")]
    [InlineData("""{"messages": "[{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\", \"weight\": 0}]"}""", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","weight":0}]}""")]
    [InlineData("""{"text": "go on"}""", """{"prompt":"","completion":"go on"}""")]
    public void Other_columns_are_recognised_too(string row, string expected) => Map(row).ShouldBe(expected);

    [Fact]
    public void Calls_of_functions_and_their_answers_are_written_as_tool_calls()
    {
        const string row = """
            {"conversations": [
              {"from": "human", "value": "Q"},
              {"from": "function_call", "value": "{\"name\": \"f\", \"arguments\": {\"a\": 1}}"},
              {"from": "observation", "value": "42"},
              {"from": "gpt", "value": "It is 42."}],
             "tools": "[{\"name\": \"f\", \"parameters\": {}}]"}
            """;

        Map(row.ReplaceLineEndings(" ")).ShouldBe(
            """{"messages":[{"role":"user","content":"Q"},{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}}]},{"role":"tool","content":"42","tool_call_id":"call_1"},{"role":"assistant","content":"It is 42."}],"tools":[{"type":"function","function":{"name":"f","parameters":{}}}]}"""
        );
    }

    [Theory]
    [InlineData("""{"conversations": [{"from": "alien", "value": "Q"}]}""", "Row 1 (line 1): a message is from \"alien\"; known are")]
    [InlineData("""{"conversations": [{"from": "function_call", "value": "f(1)"}]}""", "Row 1 (line 1): function_call is no JSON: 'f(1)' is an invalid JSON literal.")]
    [InlineData("""{"conversations": "[{\"from\": \"human\", \"value\": \"\\ud83d\"}]"}""", "Row 1 (line 1): conversations has an escape \\ud… without its other half.")]
    [InlineData("""{"conversations": [{"text": "Q"}]}""", "Row 1 (line 1): message 1 has neither 'from' and 'value' nor 'role' and 'content'.")]
    [InlineData("""{"conversations": [{"from": "human", "value": "Q"}], "chosen": {"from": "human", "value": "A"}, "rejected": "b"}""", "Row 1 (line 1): chosen is not the assistant's.")]
    public void Conversations_that_say_nothing_are_refused_with_their_line(string row, string message) => Should.Throw<HoneException>(() => Map(row)).Message.ShouldContain(": " + message);

    [Theory]
    [InlineData(DatasetKind.Chat, """{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]}""")]
    [InlineData(DatasetKind.Completion, """{"prompt":"Q","completion":"A"}""")]
    public void A_kind_can_be_asked_for(DatasetKind kind, string expected)
    {
        MappingOptions options = new() { Kind = kind };

        Map("""{"question": "Q", "answer": "A"}""", options).ShouldBe(expected);
        Map("""{"prompt":"Q","completion":"A"}""", options).ShouldBe(expected);
        Map("""{"prompt": "Q", "chosen": "A", "rejected": "B"}""", options).ShouldBe(expected);
    }

    [Fact]
    public void What_another_kind_cannot_say_is_refused()
    {
        const string turns = """{"turns": ["a", "b", "c", "d"]}""";

        Should.Throw<HoneException>(() => Map(turns, new MappingOptions { Kind = DatasetKind.Completion })).Message.ShouldContain("Row 1 (line 1) is a conversation of 4 messages");
        Should.Throw<HoneException>(() => Map(turns, new MappingOptions { Kind = DatasetKind.Preference })).Message.ShouldContain("Preferences need two answers");
    }

    [Fact]
    public void A_system_message_is_added_or_replaced_and_may_hold_columns()
    {
        MappingOptions options = new() { System = "Be {tone}." };

        Map("""{"question": "Q", "answer": "A", "tone": "kind"}""", options).ShouldBe("""{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]}""");
        Map("""{"instruction": "Q", "output": "A", "system": "old", "tone": "kind"}""", options).ShouldBe("""{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]}""");
        Map("""{"prompt": "Q", "completion": "A", "tone": "kind"}""", options).ShouldBe("""{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]}""");
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":"I look.","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}""")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}""")]
    [InlineData("""{"role":"assistant","content":""}""")]
    [InlineData("""{"role":"assistant","content":"a","name":"Ann"}""")]
    [InlineData("""{"role":"assistant","content":"a","weight":0.5}""")]
    [InlineData("""{"role":"tool","content":"r","tool_call_id":"c"}""")]
    public void What_a_message_holds_stays_where_another_one_is_added(string message) =>
        Map($$"""{"messages": [{"role": "user", "content": "q"}, {{message}}, {"role": "assistant", "content": "a"}]}""", new MappingOptions { System = "s" })
            .ShouldBe($$"""{"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"},{{message}},{"role":"assistant","content":"a"}]}""");

    [Fact]
    public void A_developer_message_is_a_system_message_by_another_name()
    {
        const string row = """{"messages": [{"role": "developer", "content": "old"}, {"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}], "id": 1}""";

        Map(row, new MappingOptions { System = "new" }).ShouldBe("""{"messages":[{"role":"system","content":"new"},{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]}""");
        Map(row, new MappingOptions { Kind = DatasetKind.Completion }).ShouldBe("""{"prompt":"old\n\nQ","completion":"A"}""");
        Map("""{"turns": [{"role": "developer", "content": "d"}, "a", "b"]}""").ShouldBe("""{"messages":[{"role":"developer","content":"d"},{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}""");
    }

    [Fact]
    public void A_very_long_conversation_of_plain_texts_is_read_once()
    {
        // Were each message to count those before it, this would take long.
        const int turns = 40_000;

        string line = Map($$"""{"turns": [{{string.Join(',', Enumerable.Repeat("\"a\"", turns))}}]}""");

        line.AsSpan().Count("\"role\"").ShouldBe(turns);
        line.ShouldEndWith("""{"role":"assistant","content":"a"}]}""");
    }

    [Theory]
    [InlineData("{a} }", "The template {a} } has a } that stands alone.")]
    [InlineData("{a", "The template {a has a { that stands alone.")]
    public void A_brace_alone_is_refused(string template, string message) =>
        Should.Throw<HoneException>(() => Map("""{"a": 1}""", new MappingOptions { Prompt = template, Completion = "{a}" })).Message.ShouldStartWith(message);

    [Fact]
    public void Templates_that_do_not_go_together_are_refused()
    {
        MappingOptions[] mixed =
        [
            new() { Prompt = "{a}" },
            new() { Prompt = "{a}", Assistant = "{a}" },
            new() { Completion = "{a}", User = "{a}" },
            new() { User = "{a}", Preferred = "{a}" },
            new() { User = "{a}", Preferred = "{a}", NonPreferred = "{a}", Assistant = "{a}" },
        ];

        foreach (MappingOptions options in mixed)
            Should.Throw<HoneException>(() => Map("""{"a": 1}""", options)).Message.ShouldStartWith("Give --prompt with --completion");
    }

    [Fact]
    public void Empty_cells_are_counted_and_left_out_only_when_asked()
    {
        using TextFile file = new("""
            {"context": "", "question": "a", "answer": "x"}
            {"context": "", "question": " ", "answer": "y"}
            {"question": "c", "answer": null}
            """);
        var source = SourceFile.Open(file.Path, new SourceOptions { Format = "jsonl" });
        var mapping = RowMapping.Of(source);
        EmptyCells counted = new();
        EmptyCells skipping = new() { AreSkipped = true };

        mapping.Map(source.Read(), counted).Count().ShouldBe(3);
        JsonLine left = mapping.Map(source.Read(), skipping).ShouldHaveSingleItem();

        counted.Sentences().ShouldBe([
            "question is empty in 1 row (line 2)",
            "answer is empty in 1 row (line 3)",
            "there is no answer in 1 row (line 3)",
            "they are in the file, and training will refuse it; --skip-empty leaves them out",
        ]);
        (left.Example, left.Line, skipping.Skipped).ShouldBe((1, 1, 2));
        skipping.Sentences().Last().ShouldBe("2 rows were left out");
    }

    [Fact]
    public void Columns_that_no_line_is_made_of_are_known()
    {
        using TextFile file = new("""{"id": 1, "api": {"name": "x", "url": "y"}, "call": "z"}""");
        var source = SourceFile.Open(file.Path, new SourceOptions { Format = "jsonl" });

        RowMapping.Of(source, new MappingOptions { Prompt = "{api.name}", Completion = "{call}" }).Unused.ShouldBe(["id"]);
    }

    [Theory]
    [InlineData("好看,1\n难看,0\n不错,1\n好评,1\n差评,0\n一般,0\n", "text and label, by their values: --user \"{column1}\", --assistant \"{column2}\"")]
    [InlineData("ham,see you soon\nspam,win a prize\nham,ok then\nham,lunch at two\nspam,free entry\nham,yes\n", "text and label, by their values: --user \"{column2}\", --assistant \"{column1}\"")]
    [InlineData("你好,hello\n再见,bye\n", "question and answer, by their order: --user \"{column1}\", --assistant \"{column2}\"")]
    public void Two_columns_without_names_are_told_apart_by_their_values(string table, string expected)
    {
        using TextFile file = new(table);

        RowMapping.Of(SourceFile.Open(file.Path, new SourceOptions { Format = "csv", HasHeader = false })).Description.ShouldBe(expected);
    }

    static string Map(string row, MappingOptions? options = null)
    {
        using TextFile file = new(row);
        var source = SourceFile.Open(file.Path, new SourceOptions { Format = "jsonl" });
        return RowMapping.Of(source, options).Map(source.Read()).ShouldHaveSingleItem().Value.GetRawText();
    }
}
