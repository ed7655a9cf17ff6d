using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Checks;
using Hone.Data.Checks.Reports;
using Hone.Data.Formats;
using Hone.Data.Tests.Formats;
using Hone.Engine.Tokenizers;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Checks;

/// <summary>OpenAI's published check of chat files: its keys, its numbers, its warnings.</summary>
public class PublishedCheckTests
{
    const string User = """{"role": "user", "content": "a"}""";
    const string Assistant = """{"role": "assistant", "content": "b"}""";

    [Theory]
    [InlineData("[1]", FindingCodes.DataType)]
    [InlineData("3", FindingCodes.DataType)]
    [InlineData("null", FindingCodes.DataType)]
    [InlineData("\"x\"", FindingCodes.DataType)]
    [InlineData("""{"messages": []}""", FindingCodes.MissingMessagesList)]
    [InlineData("""{"messages": null}""", FindingCodes.MissingMessagesList)]
    [InlineData("""{"messages": ""}""", FindingCodes.MissingMessagesList)]
    [InlineData("""{"messages": 0}""", FindingCodes.MissingMessagesList)]
    [InlineData("""{"x": 1}""", FindingCodes.UnrecognizedKey, FindingCodes.MissingMessagesList)]
    [InlineData($$"""{"messages": [{"content": "a"}, {{Assistant}}]}""", FindingCodes.MessageMissingKey, FindingCodes.UnrecognizedRole)]
    [InlineData($$"""{"messages": [{"role": "user"}, {{Assistant}}]}""", FindingCodes.MessageMissingKey, FindingCodes.MissingContent)]
    [InlineData($$"""{"messages": [{}, {{Assistant}}]}""", FindingCodes.MessageMissingKey, FindingCodes.MessageMissingKey, FindingCodes.MissingContent, FindingCodes.UnrecognizedRole)]
    [InlineData($$"""{"messages": [{"role": "user", "content": "a", "id": 1, "x": 2}, {{Assistant}}]}""", FindingCodes.MessageUnrecognizedKey, FindingCodes.MessageUnrecognizedKey)]
    [InlineData($$"""{"messages": [{"role": "bot", "content": "a"}, {{Assistant}}]}""", FindingCodes.UnrecognizedRole)]
    [InlineData($$"""{"messages": [{"role": 5, "content": "a"}, {{Assistant}}]}""", FindingCodes.UnrecognizedRole)]
    [InlineData($$"""{"messages": [{"role": "user", "content": null}, {{Assistant}}]}""", FindingCodes.MissingContent)]
    [InlineData($$"""{"messages": [{"role": "user", "content": 5}, {{Assistant}}]}""", FindingCodes.MissingContent)]
    [InlineData($$"""{"messages": [{{User}}, {"role": "assistant", "content": null}]}""", FindingCodes.MissingContent)]
    [InlineData($$"""{"messages": [{{User}}]}""", FindingCodes.ExampleMissingAssistantMessage)]
    [InlineData($$"""{"messages": [{"role": "bot", "content": "a", "x": 1}]}""", FindingCodes.ExampleMissingAssistantMessage, FindingCodes.MessageUnrecognizedKey, FindingCodes.UnrecognizedRole)]
    public void Each_key_fires_as_published(string line, params string[] codes)
    {
        string good = $$"""{"messages": [{{User}}, {{Assistant}}]}""";

        CheckReport report = Check(good + "\n" + line);

        report.Findings.Where(group => group is { Severity: Severity.Error, Code: not FindingCodes.TooFewExamples })
            .SelectMany(group => Enumerable.Repeat(group.Code, (int)group.Count)).Order(StringComparer.Ordinal).ShouldBe(codes.Order(StringComparer.Ordinal));
        report.ExamplesWithErrors.ShouldBe(1);
        report.Messages!.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"role": "developer", "content": "Be brief."}""")]
    [InlineData("""{"role": "user", "content": [{"type": "text", "text": "a"}]}""")]
    [InlineData("""{"role": "user", "content": "a", "name": "Ann"}""")]
    [InlineData("""{"role": "assistant", "content": "a", "weight": 0}""")]
    [InlineData("""{"role": "assistant", "content": null, "function_call": {"name": "f", "arguments": "{}"}}""")]
    [InlineData("""{"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}""")]
    [InlineData("""{"role": "assistant", "refusal": "no"}""")]
    [InlineData("""{"role": "tool", "tool_call_id": "1", "content": "{}"}""")]
    [InlineData("""{"role": "function", "name": "f", "content": "{}"}""")]
    public void What_the_service_has_learned_since_is_no_problem(string message)
    {
        CheckReport report = Check($$"""{"messages": [{"role": "system", "content": "s"}, {{User}}, {{message}}, {{Assistant}}], "tools": [{"type": "function", "function": {"name": "f"} }], "parallel_tool_calls": false}""");

        report.Findings.Select(group => group.Code).ShouldBe([FindingCodes.TooFewExamples]);
    }

    [Fact]
    public void An_empty_content_is_a_warning_because_training_takes_it()
    {
        CheckReport report = Check($$"""{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": ""}, {{Assistant}}]}""");

        Finding finding = report.Findings.Single(group => group.Code == FindingCodes.MissingContent).Shown.ShouldHaveSingleItem();
        (finding.Severity, finding.Line, finding.Field).ShouldBe((Severity.Warning, 1, "messages[1].content"));
    }

    [Fact]
    public void A_finding_names_line_field_problem_and_fix()
    {
        CheckReport report = Check($$"""

            {"messages": [{{User}}, {"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f"} }]}]}
            """);

        Finding finding = report.Findings.Single(group => group.Code == FindingCodes.MissingKey).Shown.ShouldHaveSingleItem();
        (finding.Example, finding.Line, finding.Field).ShouldBe((1, 2, "messages[1].tool_calls[0].function.arguments"));
        finding.What.ShouldBe("message 2, tool call 1, function is missing key 'arguments'");
        finding.Fix.ShouldBe("add it");
    }

    /// <summary>A set of our own in the shape of the published toy set; the numbers by the obvious definition.</summary>
    [Fact]
    public void The_numbers_are_those_of_the_published_definition()
    {
        string filler = string.Concat(Enumerable.Repeat(" word", 5_000));
        JsonArray[] examples =
        [
            [Message("system", "You see the good side of everything."), Message("user", "It rains."), Message("assistant", "The garden will be green!")],
            [Message("system", "You see the good side of everything."), .. Enumerable.Range(0, 4).SelectMany(i => (JsonNode[])[Message("user", $"Question {i}?"), Message("assistant", $"答案是 {i}。")])],
            [Message("user", "我丢了钱包。"), Message("assistant", "里面反正没有多少钱！")],
            [Message("system", "You see the good side of everything.", "guide"), Message("assistant", "What a day!")],
            [Message("system", "You see the good side of everything."), Message("user", "Write."), Message("assistant", filler)],
        ];
        (int Total, int Assistant)[] tokens = [.. examples.Select(CountSlowly)];

        CheckReport report = Check(string.Join('\n', examples.Select(messages => new JsonObject { ["messages"] = messages }.ToJsonString())));

        (report.Examples, report.MissingSystem, report.MissingUser).ShouldBe((5, 1, 1));
        ShouldDescribe(report.Messages!, [3, 9, 2, 2, 3]);
        ShouldDescribe(report.Tokens!.Total, [.. tokens.Select(count => count.Total)]);
        ShouldDescribe(report.Tokens.Assistant, [.. tokens.Select(count => count.Assistant)]);
        report.Tokens.OverLimit.ShouldBe(tokens.Count(count => count.Total > 4096));
        report.Tokens.Billed.ShouldBe(tokens.Sum(count => Math.Min(4096, count.Total)));
        report.Epochs.ShouldBe(20);
        report.Tokens.BilledInAll.ShouldBe(20 * report.Tokens.Billed);
        report.Findings.Single(group => group.Code == FindingCodes.OverLimit).Shown.ShouldHaveSingleItem().Line.ShouldBe(5);
    }

    /// <summary>The values that OpenAI published for its toy set.</summary>
    [Fact]
    public void The_published_toy_set_has_the_published_numbers()
    {
        string? folder = Environment.GetEnvironmentVariable("HONE_DATA_SETS");
        string path = Path.Combine(folder ?? "", "chat", "toy_chat_fine_tuning.jsonl");
        Assert.SkipUnless(folder is not null && File.Exists(path), "skipped: HONE_DATA_SETS names no folder with the data sets");

        CheckReport report = DatasetCheck.Run(path, new CheckOptions());

        (report.Examples, report.MissingSystem, report.MissingUser).ShouldBe((5, 1, 1));
        ShouldBe(report.Messages!, 2, 9, 3.8, 3.0, 2.0, 6.6);
        ShouldBe(report.Tokens!.Total, 26, 8032, 1648.4, 45.0, 26.8, 4863.6);
        ShouldBe(report.Tokens.Assistant, 4, 8000, 1610.2, 10.0, 6.0, 4811.2);
        (report.Tokens.OverLimit, report.Tokens.Billed, report.Epochs, report.Tokens.BilledInAll).ShouldBe((1, 4306, 20, 86_120));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 25)]
    [InlineData(4, 25)]
    [InlineData(5, 20)]
    [InlineData(10, 10)]
    [InlineData(33, 3)]
    [InlineData(34, 3)]
    [InlineData(80, 3)]
    [InlineData(100, 3)]
    [InlineData(8_333, 3)]
    [InlineData(8_334, 2)]
    [InlineData(12_500, 2)]
    [InlineData(12_501, 1)]
    [InlineData(25_001, 1)]
    public void Epochs_follow_the_published_rule(int examples, int epochs) =>
        Check(string.Join('\n', Enumerable.Repeat("""{"prompt": "a", "completion": "b"}""", examples)), new CheckOptions { Encoding = null }).Epochs.ShouldBe(epochs);

    [Theory]
    [InlineData(9, 1)]
    [InlineData(10, 0)]
    public void Ten_examples_are_enough(int examples, int errors) =>
        Check(string.Join('\n', Enumerable.Repeat("""{"prompt": "a", "completion": "b"}""", examples))).Errors.ShouldBe(errors);

    [Fact]
    public void Costs_are_billed_tokens_times_the_price_and_the_table_can_be_another_one()
    {
        PriceTable own = new()
        {
            AsOf = new DateOnly(2026, 1, 2),
            Source = "a list",
            Currency = "CNY",
            Models = new Dictionary<string, ModelPrice> { ["m"] = new(50m, 3), ["n"] = new(2m, 100) },
        };

        TokenSummary tokens = Check(string.Join('\n', Enumerable.Repeat("""{"prompt": "one two three", "completion": " four five"}""", 10)), new CheckOptions { Prices = own, Epochs = 2 }).Tokens!;

        tokens.Total.Total.ShouldBe(50);
        tokens.Costs.ShouldBe([new Cost("m", 50m, 60, 0.003m), new Cost("n", 2m, 100, 0.0002m)]);
        (tokens.Currency, tokens.PricesAsOf, tokens.PricesSource).ShouldBe(("CNY", new DateOnly(2026, 1, 2), "a list"));
    }

    [Theory]
    [InlineData("""{"prompt": "one two three", "completion": " four five"}""", new[] { "davinci-002", "babbage-002" })]
    [InlineData("""{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}""", new[] { "gpt-4.1-2025-04-14", "gpt-4.1-mini-2025-04-14", "gpt-4.1-nano-2025-04-14", "gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18", "gpt-3.5-turbo" })]
    [InlineData("""{"input": {"messages": [{"role": "user", "content": "q"}]}, "preferred_output": [{"role": "assistant", "content": "a"}], "non_preferred_output": [{"role": "assistant", "content": "b"}]}""", new[] { "gpt-4.1-2025-04-14", "gpt-4.1-mini-2025-04-14", "gpt-4.1-nano-2025-04-14" })]
    public void Only_models_that_learn_from_such_data_are_quoted(string line, string[] models) =>
        Check(string.Join('\n', Enumerable.Repeat(line, 10))).Tokens!.Costs.Select(cost => cost.Model).ShouldBe(models);

    [Fact]
    public void A_model_without_a_longest_example_bills_all_of_it()
    {
        PriceTable table = new()
        {
            AsOf = new DateOnly(2026, 1, 2),
            Source = "a list",
            Currency = "CNY",
            Models = new Dictionary<string, ModelPrice> { ["m"] = new(1m) { Completion = true, TrainingEnds = new DateOnly(2026, 5, 6) }, ["n"] = new(1m) { Chat = true } },
        };

        TokenSummary tokens = Check("""{"prompt": "one two three", "completion": " four five"}""", new CheckOptions { Prices = table, Epochs = 2, TokenLimit = 3 }).Tokens!;

        tokens.Billed.ShouldBe(3);
        tokens.Costs.ShouldBe([new Cost("m", 1m, 10, 0m, new DateOnly(2026, 5, 6))]);
        CheckNumbers.EndedNote(tokens, new DateOnly(2026, 5, 5)).ShouldBeNull();
        CheckNumbers.EndedNote(tokens, new DateOnly(2026, 5, 6)).ShouldBe("Training has ended for m: the price only serves to compare.");
    }

    [Fact]
    public void Every_built_in_price_names_its_source_and_day() =>
        PriceTable.BuiltIn.Models.ShouldAllBe(model => model.Value.Source!.StartsWith("https://developers.openai.com/") && model.Value.AsOf == PriceTable.BuiltIn.AsOf && model.Value.TrainingEnds != null);

    [Fact]
    public void Calls_and_tools_count_as_their_text()
    {
        const string tools = """[{"type": "function", "function": {"name": "weather", "parameters": {}}}]""";

        TokenSummary tokens = Check($$"""{"messages": [{{User}}, {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\": \"北京\"}"} }]}], "tools": {{tools}}}""").Tokens!;

        int call = Count("weather") + Count("""{"city": "北京"}""");
        tokens.Assistant.Total.ShouldBe(call);
        tokens.Total.Total.ShouldBe(3 + Count(tools) + 3 + Count("user") + Count("a") + 3 + Count("assistant") + call);
    }

    static JsonObject Message(string role, string content, string? name = null)
    {
        JsonObject message = new() { ["role"] = role, ["content"] = content };
        if (name is not null)
            message["name"] = name;
        return message;
    }

    /// <summary>3, and for every message 3, all values as tokens, 1 for a name.</summary>
    static (int Total, int Assistant) CountSlowly(JsonArray messages)
    {
        int total = 3;
        int assistant = 0;
        foreach (JsonNode? message in messages)
        {
            total += 3;
            foreach ((string key, JsonNode? value) in message!.AsObject())
                total += Count(value!.GetValue<string>()) + (key == "name" ? 1 : 0);
            if (message["role"]!.GetValue<string>() == "assistant")
                assistant += Count(message["content"]!.GetValue<string>());
        }
        return (total, assistant);
    }

    static int Count(string text) => Tokenizer.Tiktoken("cl100k_base").Encode(text, addSpecial: false).Length;

    static void ShouldDescribe(Distribution found, int[] numbers) =>
        ShouldBe(found, numbers.Min(), numbers.Max(), Math.Round(numbers.Average(), 6), Round(numbers, 0.5), Round(numbers, 0.1), Round(numbers, 0.9));

    static double Round(int[] numbers, double q) => Math.Round(HistogramTests.Quantile(numbers, q), 6);

    static void ShouldBe(Distribution found, int min, int max, double mean, double median, double q10, double q90) =>
        (found.Min, found.Max, found.Mean, found.Median, found.Q10, found.Q90).ShouldBe((min, max, mean, median, q10, q90));

    static CheckReport Check(string text, CheckOptions? options = null)
    {
        using TextFile file = new(text);
        CheckReport report = DatasetCheck.Run(file.Path, options ?? new CheckOptions(), cancel: TestContext.Current.CancellationToken);
        CheckReport again = CheckReport.Read(new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(report.ToJson())));
        again.ToJson().ToJsonString().ShouldBe(report.ToJson().ToJsonString());
        return report;
    }
}
