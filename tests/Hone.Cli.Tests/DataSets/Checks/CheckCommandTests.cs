using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets.Checks;

public sealed class CheckCommandTests : CheckTests
{
    [Fact]
    public void A_good_file_has_exit_code_0()
    {
        CliRun run = Check(Write(Enumerable.Repeat(Good, 10)));

        run.ShouldSatisfyAllConditions(() => run.ExitCode.ShouldBe(0), () => run.Error.ShouldBe(""));
        run.Output.ShouldContain("train.jsonl: chat messages, examples: 10, ");
        run.Output.ShouldContain("No errors, no warnings.");
        run.Output.ShouldContain("tokens (cl100k_base)");
        run.Output.ShouldContain("Epochs: 10. Billed tokens: ");
        run.Output.ShouldContain("gpt-4o-mini");
    }

    [Fact]
    public void Warnings_are_said_and_are_no_failure()
    {
        CliRun run = Check(Write(Enumerable.Repeat("""{"messages": [{"role": "system", "content": ""}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "b"}]}""", 10)), "--no-tokens", "--show", "2");

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("warning missing_content: 10\n  line 1  messages[0].content: message 1 has an empty content. ");
        run.Output.ShouldContain("  and 8 more\n");
        run.Output.ShouldEndWith("Errors: 0, warnings: 10.\n");
        run.Output.ShouldNotContain("cl100k_base");
    }

    [Fact]
    public void What_all_conversations_lack_is_one_warning()
    {
        const string bare = """{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "b"}]}""";

        CliRun many = Check(Write([Good, .. Enumerable.Repeat(bare, 9)]), "--no-tokens");
        CliRun single = Check(Write([.. Enumerable.Repeat(Good, 9), bare]), "--no-tokens");

        many.Output.ShouldContain("warning missing_system: 1\n  9 of 10 conversations have no system message (lines 2, 3, 4, 5, 6, …). Add ");
        many.Output.ShouldContain("Conversations without a system message: 9; ");
        many.Output.ShouldEndWith("Errors: 0, warnings: 1.\n");
        single.Output.ShouldContain("warning missing_system: 1\n  line 10  messages: there is no system message. ");
    }

    [Fact]
    public void A_trial_that_errors_forbid_is_said()
    {
        CliRun run = Check(Write(["[]"]), "--model", Model);

        run.Output.ShouldContain("Training is not tried out, because the file has errors.\n");
    }

    [Fact]
    public void Errors_have_exit_code_1_and_name_line_field_and_fix()
    {
        CliRun run = Check(Write([Good, """{"messages": [{"role": "bot", "content": "x"}, {"role": "assistant", "content": "y"}]}""", "{"]));

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("error unrecognized_role: 1\n  line 2  messages[0].role: message 1 has the role \"bot\". Use one of system, developer, user, assistant, tool, function.\n");
        run.Output.ShouldContain("error invalid_json: 1\n  line 3: ");
        run.Output.ShouldContain("error too_few_examples: 1\n  the file has 3 examples");
        run.Error.ShouldEndWith("train.jsonl has errors (3): training would refuse it.\n");
    }

    [Fact]
    public void Json_is_one_record_with_counts_and_the_first_findings_and_then_the_error()
    {
        CliRun run = Check(Write([.. Enumerable.Repeat(Good, 9), .. Enumerable.Repeat("[]", 9)]), "--json");

        string[] lines = run.Output.TrimEnd().Split('\n');
        JsonNode report = JsonNode.Parse(lines[0])!;
        (report["kind"]!.GetValue<string>(), report["examples"]!.GetValue<int>(), report["errors"]!.GetValue<int>()).ShouldBe(("chat", 18, 9));
        JsonNode group = report["findings"]!.AsArray().ShouldHaveSingleItem()!;
        (group["code"]!.GetValue<string>(), group["severity"]!.GetValue<string>(), group["count"]!.GetValue<int>()).ShouldBe(("data_type", "error", 9));
        group["shown"]!.AsArray().Count.ShouldBe(5);
        report["tokens"]!["total"]!["q90"]!.GetValue<double>().ShouldBe(19);
        JsonNode.Parse(lines[1])!["error"]!["exit_code"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public void A_report_never_replaces_the_file_that_is_checked()
    {
        string file = Write(["[]"]);
        string before = File.ReadAllText(file);

        CliRun run = Check(file, "--report", file);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("is the file that is read");
        File.ReadAllText(file).ShouldBe(before);
    }

    [Fact]
    public void The_page_is_written_even_when_there_are_errors()
    {
        string page = Path.Combine(Folder, "report.html");

        CliRun run = Check(Write(["[]"]), "--report", page, "--lang", "zh");

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain($"报告：{page}");
        File.ReadAllText(page).ShouldContain("该文件目前无法用于训练");
        Directory.GetFiles(Folder).Length.ShouldBe(2);
    }

    [Fact]
    public void A_model_counts_by_its_own_template()
    {
        CliRun run = Check(WithLongLast(), "--model", Model, "--no-tokens", "--no-measure");

        run.Error.ShouldBe("");
        run.Output.ShouldContain("(line 10) in a context of 512; 10 epochs are ");
        run.Output.ShouldContain("tokens with loss");
        run.Output.ShouldNotContain(" GB measured");
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public void A_model_is_tried_out()
    {
        CliRun run = Check(WithLongLast(), "--model", Model, "--no-tokens");

        run.Error.ShouldBe("");
        run.Output.ShouldMatch("lora: about .* for 100 steps, at ");
        run.Output.ShouldContain(" GB measured with the longest example, ");
    }

    [Fact]
    public void Examples_beyond_the_context_of_the_model_are_errors()
    {
        string file = Write(Enumerable.Repeat(Good, 9).Append($$"""{"messages": [{"role": "user", "content": "{{string.Concat(Enumerable.Repeat("word ", 600))}}"}, {"role": "assistant", "content": "b"}]}"""));

        CliRun run = Check(file, "--model", Model);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("error example_too_long: 1\n  line 10: the example has ");
    }

    [Fact]
    public void Prices_come_from_the_settings_where_they_are()
    {
        File.WriteAllText(
            Path.Combine(Folder, "settings.json"),
            """{"prices": {"as_of": "2027-02-03", "source": "own", "currency": "EUR", "models": {"other": {"per_million": 1000000, "longest_example": 10}}}}""");

        CliRun run = Check(Write(Enumerable.Repeat("""{"prompt": "a", "completion": "b"}""", 10)), "--epochs", "1");

        run.Output.ShouldContain("other  1,000,000.00     20             20.00");
        run.Output.ShouldContain("Prices as of 2027-02-03");
    }

    [Fact]
    public void A_validation_file_may_be_small() => Check(Write([Good]), "--validation").ExitCode.ShouldBe(0);

    [Theory]
    [InlineData("--method needs --model.", "--method", "dpo")]
    [InlineData("Argument 'x' not recognized. Must be one of: 'cl100k_base'", "--token-encoding", "x")]
    [InlineData("--show must be from 1 to ", "--show", "0")]
    [InlineData("Cannot parse argument 'many' for option '--limit'", "--limit", "many")]
    [InlineData("--max-tokens needs --model.", "--max-tokens", "5")]
    [InlineData("--report must not be empty.", "--report", "")]
    public void Misuse_has_exit_code_2(string problem, params string[] options)
    {
        CliRun run = Check(Write([Good]), options);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith(problem);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error()
    {
        Check(Path.Combine(Folder, "none.jsonl")).ShouldSatisfyAllConditions(run => run.ExitCode.ShouldBe(1), run => run.Error.ShouldContain("there is no such file"));
        Check(Folder).ExitCode.ShouldBe(1);
    }

    string WithLongLast() =>
        Write(Enumerable.Repeat(Good, 9).Append($$"""{"messages": [{"role": "user", "content": "{{string.Concat(Enumerable.Repeat("word ", 50))}}"}, {"role": "assistant", "content": "b"}]}"""));
}
