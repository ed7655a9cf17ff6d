using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

public sealed class ConvertCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-convert-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_table_becomes_training_lines_and_what_was_recognised_is_said()
    {
        string file = Write("qa.csv", "问题,答案\n你好,您好\n");
        string target = Path.Combine(_folder, "out.jsonl");

        CliRun run = CliRun.Of("data", "convert", file, "-o", target);

        run.Error.ShouldBe("");
        run.Output.ShouldContain("UTF-8; separated by commas; columns 问题, 答案");
        run.Output.ShouldContain("rows read as question and answer");
        File.ReadAllText(target).ShouldBe("{\"messages\":[{\"role\":\"user\",\"content\":\"你好\"},{\"role\":\"assistant\",\"content\":\"您好\"}]}\n");
    }

    [Fact]
    public void A_bad_row_leaves_no_file_behind()
    {
        string file = Write("qa.csv", "question,answer\na,b\nc,d,e\n");

        CliRun run = CliRun.Of("data", "convert", file, "-o", Path.Combine(_folder, "out.jsonl"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"{file}: Line 3 has 3 cells, but the table has 2 columns");
        Directory.GetFiles(_folder).ShouldHaveSingleItem();
    }

    [Fact]
    public void What_exists_is_replaced_only_when_told_to_and_the_input_never()
    {
        string file = Write("qa.csv", "question,answer\na,b\n");
        string target = Write("out.jsonl", "old");

        CliRun.Of("data", "convert", file, "-o", target).Error.ShouldContain("exists already. Name another file with --output, or replace it with --force.");
        CliRun.Of("data", "convert", file, "-o", file, "--force").Error.ShouldContain("is the file that is read.");
        CliRun.Of("data", "convert", file, "-o", target, "--force").ExitCode.ShouldBe(0);

        File.ReadAllText(target).ShouldStartWith("{\"messages\"");
    }

    [Fact]
    public void Training_lines_go_into_a_table_and_come_back_the_same()
    {
        const string lines = """
            {"messages":[{"role":"user","content":"a,\"b\"\n你"},{"role":"assistant","content":"x"}],"tools":[{"type":"function","function":{"name":"f"}}]}
            {"messages":[{"role":"user","content":"c"},{"role":"assistant","content":"y"}]}

            """;
        string file = Write("chat.jsonl", lines);

        foreach (string format in (string[])["csv", "tsv", "json"])
        {
            string table = Path.Combine(_folder, "table." + format);
            string back = Path.Combine(_folder, format + ".jsonl");
            CliRun.Of("data", "convert", file, "--to", format, "-o", table).Error.ShouldBe("");
            CliRun.Of("data", "convert", table, "-o", back).Error.ShouldBe("");

            File.ReadAllText(back).ShouldBe(lines);
        }
    }

    [Fact]
    public void Text_is_written_as_it_is_also_beyond_the_first_plane()
    {
        string file = Write("emoji.csv", "question,answer\n\"你好😀 \"\"hi\"\"\",𠮷👍\n");
        string line = """{"messages":[{"role":"user","content":"你好😀 \"hi\""},{"role":"assistant","content":"𠮷👍"}]}""" + "\n";
        string first = Path.Combine(_folder, "first.jsonl");

        CliRun.Of("data", "convert", file, "-o", first).Error.ShouldBe("");
        CliRun.Of("data", "convert", first, "-o", Path.Combine(_folder, "again.jsonl")).Error.ShouldBe("");
        CliRun.Of("data", "convert", first, "--to", "json", "-o", Path.Combine(_folder, "list.json")).Error.ShouldBe("");

        File.ReadAllText(first).ShouldBe(line);
        File.ReadAllText(Path.Combine(_folder, "again.jsonl")).ShouldBe(line);
        File.ReadAllText(Path.Combine(_folder, "list.json")).ShouldContain(line.TrimEnd());
    }

    [Fact]
    public void Empty_answers_are_said_and_left_out_when_told_to()
    {
        string file = Write("qa.csv", "question,answer\na,b\nc,\n");

        CliRun kept = CliRun.Of("data", "convert", file, "-o", Path.Combine(_folder, "kept.jsonl"));
        CliRun left = CliRun.Of("data", "convert", file, "-o", Path.Combine(_folder, "left.jsonl"), "--skip-empty", "--json");

        kept.Output.ShouldContain("answer is empty in 1 row (line 3)");
        kept.Output.ShouldContain("--skip-empty leaves them out");
        JsonNode summary = JsonNode.Parse(left.Output.TrimEnd().Split('\n')[^1])!;
        summary["examples"]!.GetValue<int>().ShouldBe(1);
        summary["notices"]!.AsArray().Select(notice => notice!.GetValue<string>()).ShouldContain($"{file}: 1 row was left out");
    }

    [Fact]
    public void Nothing_to_write_is_an_error()
    {
        string file = Write("qa.csv", "question,answer\na,\n");

        CliRun run = CliRun.Of("data", "convert", file, "-o", Path.Combine(_folder, "out.jsonl"), "--skip-empty");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("There is nothing to write");
        Directory.GetFiles(_folder).ShouldBe([file]);
    }

    [Theory]
    [InlineData("x.csv", "q,a\n1,2\n", "was read as csv, and --sheet is for workbooks", "--sheet", "2024")]
    [InlineData("x.jsonl", "{\"prompt\": \"a\", \"completion\": \"b\"}\n", "was read as jsonl, and --separator is for CSV and TSV", "--separator", ";")]
    [InlineData("x.json", "[{\"prompt\": \"a\", \"completion\": \"b\"}]", "was read as json, and --no-header is for tables", "--no-header")]
    [InlineData("x.txt", "a\nb\n", "was read as txt, and --header is for tables", "--header")]
    public void What_is_said_about_reading_must_be_of_use(string name, string text, string message, params string[] options)
    {
        CliRun run = CliRun.Of(["data", "convert", Write(name, text), "-o", Path.Combine(_folder, "out.jsonl"), .. options]);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(message);
    }

    [Theory]
    [InlineData("convert", "qa.jsonl")]
    [InlineData("sample", "qa_sample.jsonl")]
    [InlineData("merge", "qa_merged.jsonl")]
    public void Every_command_has_its_own_name_for_what_it_writes(string command, string expected) =>
        CliRun.Of("data", command, "--help").Output.ShouldContain($"the input's name with {expected["qa".Length..]}, in this folder");

    [Theory]
    [InlineData("convert", "--output")]
    [InlineData("sample", "--output", "--force")]
    [InlineData("dedupe", "--dropped")]
    [InlineData("quality", "--mask", "--force")]
    [InlineData("quality", "--report")]
    [InlineData("check", "--report")]
    public void A_folder_is_no_file_to_write(string command, string option, params string[] more)
    {
        string file = Write("qa.csv", "question,answer\na,b\n");
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "taken")).FullName;

        CliRun run = CliRun.Of(["data", command, file, option, folder, .. more]);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldBe($"{folder} is a folder. Name a file in it with {option}.\n");
        Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).ShouldBe([file]);
    }

    [Fact]
    public void Lists_of_lines_are_Chinese_where_that_is_the_language()
    {
        string file = Write("qa.csv", "question,answer\n" + string.Concat(Enumerable.Range(0, 7).Select(i => $"q{i},\n")));

        CliRun run = CliRun.Of("data", "convert", file, "-o", Path.Combine(_folder, "out.jsonl"), "--lang", "zh");

        run.Output.ShouldContain("7 行（第 2、3、4、5、6…… 行）的 answer 为空");
    }

    [Theory]
    [InlineData("-o", "out.csv")]
    [InlineData("-o", "out.TSV")]
    [InlineData("-o", "out.jsonl.gz")]
    [InlineData("-o", "out.txt")]
    [InlineData("-o", "out.jsonl", "--to", "csv")]
    [InlineData("-o", "out.json", "--to", "tsv")]
    public void A_name_that_promises_another_format_is_refused(params string[] options)
    {
        string file = Write("qa.csv", "question,answer\na,b\n");

        CliRun run = CliRun.Of(["data", "convert", file, .. options]);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith(options[1]);
        Directory.GetFiles(_folder).ShouldBe([file]);
    }

    [Theory]
    [InlineData("data", "convert", "x.csv", "-o", "-")]
    [InlineData("data", "merge", "x.csv", "y.csv", "-o", "-")]
    [InlineData("data", "sample", "x.csv", "--output", "-")]
    [InlineData("data", "split", "x.csv", "-o", "-")]
    [InlineData("data", "dedupe", "x.csv", "-o", "-")]
    [InlineData("data", "dedupe", "x.csv", "--dropped", "-")]
    [InlineData("data", "augment", "x.csv", "-o", "-")]
    [InlineData("data", "label", "x.csv", "-o", "-", "--endpoint", "http://127.0.0.1:1/v1", "--model", "m")]
    [InlineData("data", "check", "x.csv", "--report", "-")]
    [InlineData("data", "pairs", "x.txt", "-o", "-")]
    [InlineData("data", "prepare", "x.csv", "-o", "-")]
    [InlineData("data", "quality", "x.csv", "--fix", "-")]
    [InlineData("data", "quality", "x.csv", "--mask", "-")]
    public void Standard_output_is_for_messages_and_takes_no_data(params string[] words)
    {
        CliRun run = CliRun.Of(words);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(" - is no file: messages go to standard output");
    }

    [Fact]
    public void Columns_that_mean_nothing_are_named_with_an_example()
    {
        string file = Write("x.csv", "alpha,beta\n1,2\n");

        CliRun run = CliRun.Of("data", "convert", file, "-o", Path.Combine(_folder, "x.jsonl"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("alpha, beta. Say it with templates, such as --prompt \"{alpha}\" --completion \"{beta}\"");
    }

    [Theory]
    [InlineData("preview", "FILE", "--model", "hone-nano")]
    [InlineData("finetune", "FILE", "--model", "hone-nano")]
    [InlineData("eval", "hone-nano", "FILE")]
    public void Commands_that_read_training_lines_name_the_command_that_makes_them(string command, params string[] arguments)
    {
        string file = Write("qa.csv", "question,answer\na,b\n");
        string[] words = [.. command == "preview" ? ["data"] : Array.Empty<string>(), command, .. arguments.Select(word => word == "FILE" ? file : word), "--data", Path.Combine(_folder, "data")];

        CliRun run = CliRun.Of(words);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"holds no training lines. Make a file of them with: hone data convert {file}");
    }

    [Fact]
    public void Rows_in_json_lines_become_training_lines_beside_them_by_the_command_that_is_named()
    {
        string file = Write("qa.jsonl", """{"question":"a","answer":"b"}""" + "\n");

        CliRun refused = CliRun.Of("data", "preview", file, "--model", "hone-nano", "--data", Path.Combine(_folder, "data"));
        CliRun table = CliRun.Of("data", "convert", file, "-o", Path.Combine(_folder, "t.csv"), "--to", "csv");

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain($"holds no training lines. Make a file of them with: hone data convert {file}");
        table.ExitCode.ShouldBe(0, table.Error);
    }

    [Fact]
    public void Json_lines_in_this_folder_are_not_their_own_output()
    {
        string name = $"hone-own-{Guid.NewGuid():N}";
        string output = name + ".converted.jsonl";
        File.WriteAllText(name + ".jsonl", """{"question":"a","answer":"b"}""" + "\n");
        try
        {
            CliRun run = CliRun.Of("data", "convert", name + ".jsonl");

            run.ExitCode.ShouldBe(0, run.Error);
            File.ReadAllText(output).ShouldStartWith("{\"messages\"");
        }
        finally
        {
            File.Delete(name + ".jsonl");
            File.Delete(output);
        }
    }

    [Theory]
    [InlineData("preview", "FILE", "--model", "hone-nano")]
    [InlineData("finetune", "FILE", "--model", "hone-nano")]
    [InlineData("eval", "hone-nano", "FILE")]
    public void Pairs_are_sent_to_an_embedding_model(string command, params string[] arguments)
    {
        string file = Write("pairs.jsonl", """{"anchor":"a","positive":"b"}""" + "\n");
        string[] words = [.. command == "preview" ? ["data"] : Array.Empty<string>(), command, .. arguments.Select(word => word == "FILE" ? file : word), "--data", Path.Combine(_folder, "data")];

        CliRun run = CliRun.Of(words);

        run.ExitCode.ShouldBe(1);
        string advised = command == "eval" ? $"hone eval hone-embed {file}" : $"hone finetune {file} --model hone-embed";
        run.Error.ShouldContain($"holds pairs of texts, which embedding models learn from, such as hone-embed: {advised}");
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("completion")]
    public void Rejected_answers_are_not_left_out_without_a_word(string kind)
    {
        string file = Write("dpo.json", """[{"prompt":"a","chosen":"b","rejected":"c"},{"prompt":"d","chosen":"e","rejected":"f"}]""");

        CliRun run = CliRun.Of("data", "convert", file, "--to", kind, "-o", Path.Combine(_folder, "out.jsonl"));
        CliRun kept = CliRun.Of("data", "convert", file, "-o", Path.Combine(_folder, "kept.jsonl"));

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("the rejected answers of 2 examples are left out");
        kept.Output.ShouldNotContain("left out");
    }

    [Theory]
    [InlineData("Give --header or --no-header, not both.", "--header", "--no-header")]
    [InlineData("Argument 'docx' not recognized. Must be one of: 'csv'", "--format", "docx")]
    [InlineData("Argument 'xml' not recognized. Must be one of: 'chat'", "--to", "xml")]
    [InlineData("Give --prompt with --completion", "--prompt", "{a}")]
    [InlineData("The template {a has a { that stands alone.", "--system", "{a")]
    public void Misuse_is_told_apart_from_failure(string problem, params string[] options)
    {
        CliRun run = CliRun.Of(["data", "convert", "x.csv", .. options]);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith(problem);
    }

    string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
