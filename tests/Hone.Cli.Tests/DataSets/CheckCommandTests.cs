using System.Text;
using System.Text.Json.Nodes;
using Hone.Cli.Tests.Repository;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

public sealed class CheckCommandTests : IDisposable
{
    const string Good = """{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "你好"}]}""";

    readonly string _folder = Directory.CreateTempSubdirectory("hone-check-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
    public void The_command_that_converts_has_the_folder_and_the_options()
    {
        string path = WriteFile("my reviews.csv", "text;mark\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"review {i};{i % 2}\n")));

        CliRun run = Check(path, "--no-tokens", "--separator", ";", "--header", "--user", "Good? {text}\\n", "--assistant", "{mark} $");

        run.Output.ShouldContain($"""`hone data convert "{path}" --separator ";" --header --user "Good? """ + "{text}\\n\" --assistant '{mark} $'`.\n");
    }

    [Fact]
    public void Rows_that_cannot_be_read_are_passed_over_and_all_are_found()
    {
        string path = WriteFile("qa.csv", "question,answer\na,b\nc,d,e\n\"f\ng\",h\ni\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"q{i},a{i}\n")) + "last,\"open\n");
        string mended = Path.Combine(_folder, "mended.jsonl");

        CliRun run = Check(path, "--no-tokens", "--fix", mended);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("error invalid_row: 2\n  Line 3 has 3 cells, but the table has 2 columns.");
        run.Output.ShouldContain("\n  Line 6 has 1 cell, but the table has 2 columns: answer is missing. This row was passed over.\n");
        run.Output.ShouldContain($"error unread_rest: 1\n  {path}: Line 19, column 6: this quote is never closed.");
        run.Output.ShouldContain("examples: 16, ");
        run.Output.ShouldContain("Examples with errors: 2;");
        run.Output.ShouldContain("messages     2    2    2       2     2    2    28\n");
        run.Output.ShouldEndWith($"{mended}: 14 examples without errors; left out: 2, and all that could not be read\n");
    }

    [Fact]
    public void A_file_of_bad_rows_alone_is_refused_with_what_is_wrong()
    {
        CliRun run = Check(WriteFile("qa.csv", "question,answer\na,b\0c\n"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("qa.csv: Line 2, column answer: there is a zero byte");
    }

    [Fact]
    public void Values_of_a_list_that_hold_no_text_are_passed_over()
    {
        string path = WriteFile("qa.json", "[" + string.Concat(Enumerable.Range(0, 12).Select(i => $"{{\"question\": \"q{i}\", \"answer\": \"a\"}},\n")) + "{\"question\": \"\\ud83d\", \"answer\": \"a\"},\n{\"question\": \"q\", \"answer\": \"a\"}]");

        CliRun run = Check(path, "--no-tokens");

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("error invalid_row: 1\n  line 13: The value that begins in line 13 has an escape");
        run.Output.ShouldContain("examples: 14, ");
    }

    [Fact]
    public void Bad_lines_of_instructions_are_passed_over()
    {
        CliRun run = Check(Write([.. Enumerable.Repeat("""{"instruction": "Say hello.", "input": "", "output": "Hello."}""", 10), "{"]), "--no-tokens");

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("Alpaca");
        run.Output.ShouldContain("error invalid_row: 1\n");
    }

    [Fact]
    public void A_trial_that_errors_forbid_is_said()
    {
        CliRun run = Check(Write(["[]"]), "--model", Model);

        run.Output.ShouldContain("Training is not tried out, because the file has errors.\n");
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public void Other_formats_are_tried_out_as_what_they_become()
    {
        string path = WriteFile("qa.csv", "question,answer\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"q{i},\"a\n{i}\"\n")));

        CliRun run = Check(path, "--model", Model, "--no-tokens");

        run.Error.ShouldBe("");
        run.Output.ShouldContain(" GB measured with the longest example, ");
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
        string page = Path.Combine(_folder, "report.html");

        CliRun run = Check(Write(["[]"]), "--report", page, "--lang", "zh");

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain($"报告：{page}");
        File.ReadAllText(page).ShouldContain("该文件目前无法用于训练");
        Directory.GetFiles(_folder).Length.ShouldBe(2);
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
    public void Other_formats_are_checked_as_what_they_become()
    {
        string path = WriteFile("reviews.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"review {i},{(i % 2 == 0 ? "good" : "bad")}\n")));

        CliRun run = Check(path);

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("warning needs_conversion: 1");
        run.Output.ShouldContain("2 classes\n  bad   6  50.0 %\n  good  6  50.0 %\n");
    }

    [Fact]
    public void Lines_of_another_shape_are_recognised()
    {
        CliRun run = Check(Write(Enumerable.Repeat("""{"instruction": "Say hello.", "input": "", "output": "Hello."}""", 10)), "--no-tokens");

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("Alpaca");
        run.Output.ShouldContain("warning needs_conversion: 1");
    }

    [Fact]
    public void Prices_come_from_the_settings_where_they_are()
    {
        File.WriteAllText(
            Path.Combine(_folder, "settings.json"),
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
        Check(Path.Combine(_folder, "none.jsonl")).ShouldSatisfyAllConditions(run => run.ExitCode.ShouldBe(1), run => run.Error.ShouldContain("there is no such file"));
        Check(_folder).ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("utf-16", true, "UTF-16LE with a byte order mark")]
    [InlineData("utf-16BE", true, "UTF-16BE with a byte order mark")]
    [InlineData("gb18030", false, "GB18030")]
    public void Lines_in_another_encoding_are_checked_as_what_they_become(string name, bool hasMark, string expected)
    {
        Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        string path = Path.Combine(_folder, "other.jsonl");
        File.WriteAllBytes(path, [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(string.Concat(Enumerable.Repeat(Good + "\n", 10)))]);

        CliRun run = Check(path, "--no-tokens");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain($"other.jsonl: jsonl, {expected}\n");
        run.Output.ShouldContain("warning needs_conversion: 1");
        run.Output.ShouldContain("other.jsonl: chat messages, examples: 10, ");
    }

    static string Model => Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k");

    [Fact]
    public void Pairs_of_texts_are_checked_with_the_encoder_that_learns_from_them()
    {
        string path = WriteFile("pairs.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => $$"""{"anchor": "question {{i}}", "positive": "{{(i == 5 ? string.Concat(Enumerable.Repeat("word ", 300)) : "answer")}} {{i}}"}""" + "\n")));
        string mended = Path.Combine(_folder, "mended.jsonl");

        CliRun alone = Check(path);
        CliRun measured = Check(path, "--model", "hone-embed", "--fix", mended);
        CliRun again = Check(mended, "--model", "hone-embed", "--lang", "zh");
        CliRun writer = Check(path, "--model", "hone-nano");
        CliRun lora = Check(path, "--model", "hone-embed", "--method", "lora");

        alone.ExitCode.ShouldBe(0, alone.Error);
        alone.Output.ShouldContain("pairs.jsonl: 12 pairs, examples: 12, ");
        alone.Output.ShouldContain("characters of anchor");
        measured.ExitCode.ShouldBe(1);
        measured.Output.ShouldContain("error example_too_long: 1\n  line 6  positive: the text has ");
        measured.Output.ShouldEndWith($"{mended}: 11 examples without errors; left out: 1\n");
        again.ExitCode.ShouldBe(0, again.Error);
        again.Output.ShouldContain("mended.jsonl：11 个文本对，样本：11，");
        writer.Error.ShouldContain("hone-nano writes text. Name an embedding model, such as hone-embed.");
        lora.Error.ShouldContain("hone-embed makes embeddings, and the method lora is for models that write text.");
    }

    [Fact]
    public void Pairs_in_a_table_are_told_from_training_lines()
    {
        string path = WriteFile("pairs.csv", "sentence1,sentence2,score\na,b,1\nc,d,2\n");

        CliRun run = Check(path);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"Make a file of them that can be checked and trained on with: hone data pairs {path} --score score --output pairs.jsonl");
    }

    [Theory]
    [InlineData("anchor,positive\na,b\n", "data pairs {0} --output pairs.jsonl\n")]
    [InlineData("id,anchor,positive,negative\n1,a,b,c\n", "data pairs {0} --anchor anchor --positive positive --negative negative --output pairs.jsonl\n")]
    [InlineData("sentence1,sentence2\na,b\n", "data pairs {0} --output pairs.jsonl\n")]
    [InlineData("sentence1;sentence2;score\na;b;1\n", "data pairs {0} --separator \";\" --score score --output pairs.jsonl\n", "--separator", ";")]
    public void The_command_that_makes_pairs_of_a_table_suits_it(string content, string command, params string[] options)
    {
        string path = WriteFile("pairs.csv", content);

        CliRun run = Check(path, options);

        run.Error.ShouldEndWith("trained on with: hone " + string.Format(null, command, path));
    }

    [Theory]
    [InlineData("v.jsonl", "{\"text\": \"a\", \"label\": \"b\", \"embedding\": [0.5, 0.25, 1]}\n")]
    [InlineData("v.csv", "text,label,embedding\na,b,\"[0.5, 0.25, 1]\"\n")]
    [InlineData("ids.jsonl", "{\"id\": 7, \"numbers\": [0.5, 0.25, 1]}\n")]
    public void A_file_of_vectors_is_named_as_one_with_what_it_is_for(string name, string text)
    {
        string path = WriteFile(name, text);

        CliRun run = Check(path);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"{path} is a file of vectors (3 numbers each, in the column ");
        run.Error.ShouldContain($"hone search {path} \"QUERY\"");
        run.Output.ShouldNotContain("Errors:");
    }

    [Fact]
    public void Texts_beside_vectors_are_checked_where_it_is_said_what_they_are()
    {
        string path = WriteFile("v.csv", "text,label,embedding\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"t{i},l,\"[0.5, 1]\"\n")));

        CliRun run = Check(path, "--no-tokens", "--prompt", "{text}", "--completion", "{label}");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("v.csv: prompt and completion, examples: 12");
    }

    [Fact]
    public void An_array_of_vectors_is_one_too()
    {
        string path = Path.Combine(_folder, "v.npy");
        CliRun.Of("embed", WriteFile("t.csv", "text\na\nb\n"), "--column", "text", "--out", path, "--data", _folder).ExitCode.ShouldBe(0);

        Check(path).Error.ShouldContain("v.npy is a file of vectors (256 numbers each), such as hone embed writes");
    }

    [Theory]
    [InlineData("preferences", """{"input": {"messages": [{"role": "user", "content": "WORDS"}]}, "preferred_output": [{"role": "assistant", "content": "a"}], "non_preferred_output": [{"role": "assistant", "content": "b"}]}""")]
    [InlineData("chat messages", """{"messages": [{"role": "user", "content": "WORDS"}, {"role": "assistant", "content": "b"}]}""")]
    public void Examples_that_are_too_long_are_left_out_of_the_mended_file(string kind, string line)
    {
        string longLine = line.Replace("WORDS", string.Concat(Enumerable.Repeat("word ", 3000)), StringComparison.Ordinal);
        string path = Write([longLine, .. Enumerable.Repeat(line, 10), "{", longLine]);
        string mended = Path.Combine(_folder, "mended.jsonl");

        CliRun run = Check(path, "--no-tokens", "--model", "hone-nano", "--no-measure", "--fix", mended);
        CliRun again = Check(mended, "--no-tokens", "--model", "hone-nano", "--no-measure");
        CliRun taken = Check(path, "--no-tokens", "--fix", mended);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("leave such examples out with --fix");
        run.Output.ShouldContain($"{mended}: 10 examples without errors; left out: 3");
        again.ExitCode.ShouldBe(0, again.Error);
        again.Output.ShouldContain($"mended.jsonl: {kind}, examples: 10,");
        taken.Error.ShouldContain("exists already. Name another file with --fix, or replace it with --force.");
    }

    [Fact]
    public void Rows_of_one_line_are_told_apart_in_the_mended_file()
    {
        string words = string.Concat(Enumerable.Repeat("word ", 3000));
        string path = WriteFile("rows.json", $$"""[{"question": "a", "answer": "1"}, {"question": "{{words}}", "answer": "2"}, {"question": "c", "answer": "3"}]""");
        string mended = Path.Combine(_folder, "mended.jsonl");

        Check(path, "--no-tokens", "--model", "hone-nano", "--no-measure", "--fix", mended);

        File.ReadAllLines(mended).Select(line => (string)JsonNode.Parse(line)!["messages"]![0]!["content"]!).ShouldBe(["a", "c"]);
    }

    [Fact]
    public void Where_every_example_has_an_error_no_mended_file_is_written()
    {
        string mended = Path.Combine(_folder, "mended.jsonl");

        CliRun run = Check(Write(["{", "["]), "--fix", mended);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"{mended} would be empty: every example has an error.");
        File.Exists(mended).ShouldBeFalse();
    }

    [Theory]
    [InlineData("check", "--fix")]
    [InlineData("check", "--report")]
    [InlineData("quality", "--fix")]
    [InlineData("quality", "--mask")]
    [InlineData("quality", "--report")]
    public void A_file_to_write_has_a_name(string command, string option)
    {
        CliRun run = CliRun.Of("data", command, Write([Good]), option, "");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(option);
    }

    CliRun Check(string file, params string[] more) => CliRun.Of(["data", "check", file, "--data", _folder, .. more]);

    string WithLongLast() =>
        Write(Enumerable.Repeat(Good, 9).Append($$"""{"messages": [{"role": "user", "content": "{{string.Concat(Enumerable.Repeat("word ", 50))}}"}, {"role": "assistant", "content": "b"}]}"""));

    string Write(IEnumerable<string> lines) => WriteFile("train.jsonl", string.Concat(lines.Select(line => line + "\n")));

    string WriteFile(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
