using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

public sealed class PrepareCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-prepare-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Classes_in_a_csv_become_two_files_of_prompts_and_completions()
    {
        string file = Write("mail.csv", "review,label", [.. Enumerable.Range(0, 20).Select(i => $"text {i},{(i % 2 == 0 ? "good" : "bad")}")]);

        CliRun run = Prepare(file, "-q");

        run.Error.ShouldBe("");
        run.Output.ShouldContain("- [Necessary] Convert CSV to JSON Lines\n");
        run.Output.ShouldContain("- [Recommended] Add the separator ` ->` to all prompts [Y/n]: Y\n");
        string[] train = Lines("mail_prepared_train.jsonl");
        train.Length.ShouldBe(16);
        train[0].ShouldBe("""{"prompt":"text 0 ->","completion":" good"}""");
        Lines("mail_prepared_valid.jsonl").Length.ShouldBe(4);
        run.Output.ShouldContain($"hone finetune {At("mail_prepared_train.jsonl")} --model MODEL --valid {At("mail_prepared_valid.jsonl")}");
        run.Output.ShouldContain("""POST /v1/completions {"model":"ft:…","prompt":"… ->","temperature":0}""");
    }

    [Fact]
    public void Paths_that_a_shell_would_read_are_quoted_so_that_the_commands_can_be_pasted()
    {
        Directory.CreateDirectory(At("my $HOME `x`"));
        string file = Write(Path.Combine("my $HOME `x`", "a.jsonl"), """{"prompt": "a ->", "completion": " x."}""", """{"prompt": "b ->", "completion": " y."}""");

        CliRun run = Ask(file, "");

        run.Output.ShouldContain($"  hone finetune '{file}' --model MODEL\n");
        run.Output.ShouldContain($"  hone data check '{file}' --model MODEL\n");
    }

    [Fact]
    public void The_built_in_model_is_trained_with_the_settings_that_it_learns_with()
    {
        string file = Write("a.jsonl", """{"prompt": "a ->", "completion": " x."}""", """{"prompt": "b ->", "completion": " y."}""");

        CliRun run = Prepare(file, "-q", "--model", "hone-nano");

        run.Output.ShouldContain($"  hone finetune {file} --model hone-nano --method full --epochs 6 --batch-size 8 --learning-rate 0.002\n");
        run.Output.ShouldContain($"  hone data check {file} --model hone-nano --method full --epochs 6 --batch-size 8\n");
    }

    [Fact]
    public void Texts_in_findings_and_questions_steer_no_terminal()
    {
        string file = At("steer.jsonl");
        File.WriteAllLines(file, Enumerable.Range(0, 4).Select(i => $$"""{"prompt": "\u001b[2J What follows is a review: {{i}}", "completion": " c{{i * i}}"}"""));

        CliRun run = Prepare(file, "-q");

        run.Output.ShouldContain("- [Recommended] Remove `\ufffd[2J What follows is a review: ` from the start of all prompts [Y/n]: Y\n");
        run.Output.ShouldNotContain('\e');
    }

    [Fact]
    public void Only_n_refuses_a_change()
    {
        string file = Write("a.csv", "prompt,completion", ["a,x", "b,y", "b,y"]);

        CliRun run = Ask(file, "N\n\nwhat\nn\n\n");

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("- [Recommended] Remove the duplicate rows (1) [Y/n]: ");
        Lines("a_prepared.jsonl").ShouldBe(["""{"prompt":"a ->","completion":"x\n"}""", """{"prompt":"b ->","completion":"y\n"}""", """{"prompt":"b ->","completion":"y\n"}"""]);
    }

    [Fact]
    public void Nothing_is_written_when_the_last_question_is_answered_with_n()
    {
        string file = Write("a.csv", "prompt,completion", ["a ->, x.", "b ->, y."]);

        CliRun run = Ask(file, "n\n");

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldEndWith("Nothing was written.\n");
        Files().ShouldBe(["a.csv"]);
    }

    [Fact]
    public void Nothing_is_written_when_nobody_answers()
    {
        string file = Write("a.csv", "prompt,completion", ["a,x", "b,y"]);

        CliRun run = Ask(file, "y\n");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("Nobody answers");
        Files().ShouldBe(["a.csv"]);
    }

    [Fact]
    public void A_file_that_needs_no_change_stays_as_it_is()
    {
        string file = Write("a.jsonl", """{"prompt": "a ->", "completion": " x."}""", """{"prompt": "b ->", "completion": " y."}""");

        CliRun run = Ask(file, "");

        run.Output.ShouldContain("There is nothing to change.");
        run.Output.ShouldContain("The file can be used as it is.");
        run.Output.ShouldContain($"hone finetune {file} --model MODEL\n");
        run.Output.ShouldContain("Let it stop at `.`");
        Files().ShouldBe(["a.jsonl"]);
    }

    [Fact]
    public void A_file_of_json_lines_that_is_one_document_is_read_as_such()
    {
        string rows = Write("rows.jsonl", """[{"prompt": "a ->", "completion": " x."}, {"prompt": "b ->", "completion": " y."}]""");
        string columns = Write("columns.jsonl", """{"prompt": ["a ->", "b ->"], "completion": [" x.", " y."]}""");
        string[] expected = ["""{"prompt":"a ->","completion":" x."}""", """{"prompt":"b ->","completion":" y."}"""];

        Prepare(rows, "-q").Output.ShouldContain("- [Necessary] Convert JSON to JSON Lines");
        Prepare(columns, "-q").Output.ShouldContain("- [Necessary] Convert JSON to JSON Lines");

        Lines("rows_prepared.jsonl").ShouldBe(expected);
        Lines("columns_prepared.jsonl").ShouldBe(expected);
    }

    [Fact]
    public void Preferences_are_refused_rather_than_halved()
    {
        string file = Write("pairs.json", """[{"question": "a", "chosen": "x", "rejected": "y"}, {"question": "b", "chosen": "z", "rejected": "w"}]""");

        CliRun run = Prepare(file, "-q");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("holds preferences");
        Prepare(file, "-q", "--prompt", "{question} ->", "--completion", " {chosen}.").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void What_nobody_was_asked_is_said()
    {
        string file = Write("a.csv", "prompt,completion", "a,x", ",y");

        CliRun quiet = Prepare(file, "-q");
        CliRun json = Prepare(file, "--json");

        quiet.Output.ShouldContain("Nobody is asked: every question is answered with yes.");
        quiet.Output.ShouldContain("Empty prompts: 1, at line 3.");
        json.Output.ShouldContain("\"asked\":false");
    }

    [Fact]
    public void One_example_alone_is_no_data() =>
        Prepare(Write("one.jsonl", """{"prompt": "a ->", "completion": " x."}"""), "-q").Error.ShouldContain("All prompts are the same");

    [Fact]
    public void A_text_file_holds_completions_without_prompts_and_its_blank_lines_are_dropped()
    {
        string file = Write("poems.txt", "春眠不觉晓", "", "处处闻啼鸟", "");

        CliRun run = Prepare(file, "-q");

        run.Output.ShouldContain("Empty completions: 2, at line 2, 4.");
        Lines("poems_prepared.jsonl").ShouldBe(["""{"prompt":"","completion":" 春眠不觉晓"}""", """{"prompt":"","completion":" 处处闻啼鸟"}"""]);
    }

    [Fact]
    public void Templates_say_what_the_columns_mean_and_packed_gb18030_is_read()
    {
        string file = At("问.csv.gz");
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        using (GZipStream gzip = new(File.Create(file), CompressionMode.Compress))
            gzip.Write(Encoding.GetEncoding("GB18030").GetBytes("甲,乙\n今天天气怎么样，适合出门吗,适合出门\n晚饭吃什么比较好,吃面条\n"));

        CliRun run = Prepare(file, "-q", "--header", "--prompt", "问：{甲}", "--completion", "{乙}");

        run.Error.ShouldBe("");
        Lines("问_prepared.jsonl").ShouldBe(["""{"prompt":"问：今天天气怎么样，适合出门吗 ->","completion":" 适合出门\n"}""", """{"prompt":"问：晚饭吃什么比较好 ->","completion":" 吃面条\n"}"""]);
    }

    [Fact]
    public void Classes_that_are_many_tokens_are_renamed_and_their_meaning_is_kept()
    {
        string file = Write("t.csv", "text,label", [.. Enumerable.Range(0, 20).Select(i => $"问题 {i},{(i % 2 == 0 ? "物流投诉" : "物流查询")}")]);

        CliRun run = Prepare(file, "-q", "--model", "cl100k_base");

        run.Output.ShouldContain("Classes of more than one token of the model: 2 of 2: `物流投诉`, `物流查询`.");
        run.Output.ShouldContain("- [Recommended] Give the classes names of one token: `物流投诉` → `0`, `物流查询` → `1` [Y/n]: Y");
        run.Output.ShouldContain($"(in {At("t_prepared_classes.json")}): `0` = `物流投诉`, `1` = `物流查询`");
        run.Output.ShouldContain("--model MODEL --valid");
        Lines("t_prepared_train.jsonl")[0].ShouldBe("""{"prompt":"问题 0 ->","completion":"0"}""");
        JsonNode.Parse(File.ReadAllText(At("t_prepared_classes.json")))!["0"]!.GetValue<string>().ShouldBe("物流投诉");
    }

    [Fact]
    public void Programs_read_findings_changes_and_a_summary_and_are_not_asked()
    {
        string file = Write("a.csv", "Prompt,completion,id", ["a,x,1", "b,,2", "c,y,3", "c,y,4"]);

        CliRun run = Prepare(file, "--json");

        JsonNode[] records = [.. run.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!)];
        JsonNode empty = records.Single(record => record["rule"]?.GetValue<string>() == "empty_completion" && record["finding"] is not null);
        empty["rows"]!.ToJsonString().ShouldBe("[1]");
        empty["lines"]!.ToJsonString().ShouldBe("[3]");
        records.Where(record => record["fix"] is not null).Select(record => $"{record["rule"]} {record["necessary"]} {record["applied"]}").ShouldBe([
            "read_any_format true true", "necessary_column true true", "additional_column true true", "empty_completion true true",
            "duplicated_rows false true", "common_prompt_suffix false true", "common_completion_suffix false true", "completion_space_start false true"]);
        JsonNode summary = records[^1];
        summary["rows"]!.GetValue<int>().ShouldBe(2);
        summary["task"]!.GetValue<string>().ShouldBe("conditional generation");
        summary["separator"]!.GetValue<string>().ShouldBe(" ->");
        summary["stop"]!.GetValue<string>().ShouldBe("\n");
        summary["train_file"]!.GetValue<string>().ShouldBe(At("a_prepared.jsonl"));
    }

    [Fact]
    public void The_seed_and_the_folder_can_be_chosen_and_earlier_files_stay()
    {
        string file = Write("m.csv", "text,label", [.. Enumerable.Range(0, 20).Select(i => $"text {i},{(i % 2 == 0 ? "good" : "bad")}")]);
        string other = Directory.CreateDirectory(At("other")).FullName;

        Prepare(file, "-q", "--output", other).ExitCode.ShouldBe(0);
        Prepare(file, "-q", "--output", other, "--seed", "7").ExitCode.ShouldBe(0);

        File.ReadAllText(Path.Combine(other, "m_prepared_train (1).jsonl")).ShouldNotBe(File.ReadAllText(Path.Combine(other, "m_prepared_train.jsonl")));
        Prepare(file, "--seed", "-1").ExitCode.ShouldBe(2);
        Files().ShouldBe(["m.csv"]);
    }

    [Theory]
    [InlineData("a.csv", "x,y\n1,2\n3,4\n", "What the columns of")]
    [InlineData("a.jsonl", """{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}""", "conversations need no preparing")]
    [InlineData("a.jsonl", """{"prompt": "a", "completion": {"x": 1}}""", "Line 1: `completion` is an object")]
    [InlineData("a.csv", "prompt,completion\na,b\na,c\n", "All prompts are the same")]
    [InlineData("a.csv", "prompt,completion\na,\nb,\n", "Every completion is empty")]
    [InlineData("a.csv", "", "is empty")]
    [InlineData("a.csv", "prompt,completion\n", "no rows")]
    [InlineData("a.jsonl", "{\"prompt\": \"a\", \"completion\": \"b\"}\n{\"prompt\": ", "line 2")]
    public void Bad_input_is_a_message_and_leaves_nothing(string name, string content, string problem)
    {
        File.WriteAllText(At(name), content);

        CliRun run = Prepare(At(name), "-q");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(problem);
        Files().ShouldBe([name]);
    }

    [Fact]
    public void A_missing_file_is_a_message() => Prepare(At("none.csv"), "-q").Error.ShouldContain("There is no file");

    [Fact]
    public void Everything_is_said_in_chinese_too()
    {
        string file = Write("a.csv", "prompt,completion", ["a,x", "b,y"]);

        CliRun run = Prepare(file, "-q", "--lang=zh");

        run.Output.ShouldContain("- [建议] 在所有提示后添加分隔符 ` ->` [Y/n]: Y");
        run.Output.ShouldContain("用它训练：\n");
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void Fewer_examples_than_training_needs_are_said(int rows, bool areTooFew)
    {
        string file = Write("a.csv", "prompt,completion", [.. Enumerable.Range(0, rows).Select(i => $"a{i},b{i}")]);

        Prepare(file, "-q").Output.Contains($"Training needs at least 10 examples; there are {rows}.", StringComparison.Ordinal).ShouldBe(areTooFew);
    }

    static CliRun Prepare(string file, params string[] more) => CliRun.Of(["data", "prepare", file, .. more]);

    static CliRun Ask(string file, string answers) => CliRun.Of(Program.Commands, ["data", "prepare", file], answers);

    string Write(string name, params string[] lines)
    {
        File.WriteAllText(At(name), string.Join('\n', lines) + "\n");
        return At(name);
    }

    string Write(string name, string head, string[] lines) => Write(name, [head, .. lines]);

    string[] Lines(string name) => File.ReadAllLines(At(name));

    string[] Files() => [.. Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)!)];

    string At(string name) => Path.Combine(_folder, name);
}
