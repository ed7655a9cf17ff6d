using System.Text.Json.Nodes;
using Hone.Cli.Tests.Jobs;
using Shouldly;
using Xunit;
using static Hone.Cli.Tests.DataSets.ScriptedEndpoint;

namespace Hone.Cli.Tests.DataSets;

public sealed class LabelCommandTests : IDisposable
{
    const string Key = "sk-very-secret-5678";

    readonly string _folder = Directory.CreateTempSubdirectory("hone-label-").FullName;

    string Target => Path.Combine(_folder, "out.jsonl");

    string Journal => Target + ".journal";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_real_server_labels_with_nothing_but_the_classes()
    {
        using ServerProcess server = ServerProcess.Start(Path.Combine(_folder, "data"));
        string file = Write("r.csv", "text,owner", "很好吃,甲", "太慢了,乙", "很好吃,丙");

        CliRun run = CliRun.Of("data", "label", file, "-o", Target, "--endpoint", server.Url.ToString(), "--model", "hone-nano", "--prompt", "这条评论是好评还是差评？{text}", "--classes", "好评,差评", "--constrain", "--column", "label", "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        JsonNode[] rows = [.. File.ReadLines(Target).Select(line => JsonNode.Parse(line)!)];
        rows.Select(row => row["owner"]!.GetValue<string>()).ShouldBe(["甲", "乙", "丙"]);
        rows.ShouldAllBe(row => row["label"]!.GetValue<string>() == "好评" || row["label"]!.GetValue<string>() == "差评");
        rows[0]["label"]!.GetValue<string>().ShouldBe(rows[2]["label"]!.GetValue<string>());
        JsonNode report = Last(run);
        report["labelled"]!.GetValue<int>().ShouldBe(3);
        report["answered"]!.GetValue<int>().ShouldBe(2);
        report["prompt_tokens"]!.GetValue<int>().ShouldBeGreaterThan(0);
        Files().ShouldBe(["out.jsonl", "r.csv"]);
    }

    [Fact]
    public async Task Answers_become_training_examples_and_the_key_is_written_nowhere()
    {
        await using ScriptedEndpoint endpoint = new((_, request) => Answer.Text("To " + LastMessage(request)));
        string file = Write("q.csv", "question", "one", "two");

        CliRun run = Label(file, endpoint, "--prompt", "Q: {question}", "--system", "Be brief.", "--api-key", Key);

        run.ExitCode.ShouldBe(0, run.Error);
        endpoint.Key.ShouldBe($"Bearer {Key}");
        File.ReadAllText(Target).ShouldBe("""
            {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Q: one"},{"role":"assistant","content":"To Q: one"}]}
            {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Q: two"},{"role":"assistant","content":"To Q: two"}]}

            """.ReplaceLineEndings("\n"));
        run.Output.ShouldContain("20 tokens asked, 4 answered.");
        (run.Output + run.Error).ShouldNotContain(Key);
        Directory.GetFiles(_folder).ShouldAllBe(path => !File.ReadAllText(path).Contains(Key));
    }

    [Fact]
    public async Task A_key_that_is_refused_stops_the_run_without_being_repeated()
    {
        await using ScriptedEndpoint endpoint = new((_, _) => Answer.Error(401, $"Incorrect API key provided: {Key}."));
        string file = Write("q.csv", "question", "one", "two");

        CliRun run = Label(file, endpoint, "--prompt", "{question}", "--api-key", Key);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("401 Incorrect API key provided: ***. Nothing was answered.");
        File.Exists(Target).ShouldBeFalse();
    }

    [Fact]
    public async Task A_killed_run_goes_on_without_asking_again()
    {
        TaskCompletionSource sixth = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedEndpoint endpoint = new((count, request) =>
        {
            if (count != 6)
                return Answer.Text("to " + LastMessage(request));
            sixth.SetResult();
            return Answer.Never;
        });
        string file = Write("q.csv", ["question", .. Enumerable.Range(1, 12).Select(i => $"q{i}")]);
        string[] arguments = ["data", "label", file, "-o", Target, "--endpoint", endpoint.Url, "--model", "m", "--prompt", "{question}", "--concurrency", "1"];

        using (HoneProcess process = new(arguments))
        {
            // It arrives after five answers were kept.
            await sixth.Task;
            process.Kill();
        }
        bool hadOutput = File.Exists(Target);
        CliRun again = CliRun.Of(arguments);

        hadOutput.ShouldBeFalse();
        again.ExitCode.ShouldBe(0, again.Error);
        again.Output.ShouldContain("5 answers of an earlier run are in");
        endpoint.Asked.ShouldBe(["q1", "q2", "q3", "q4", "q5", "q6", "q6", "q7", "q8", "q9", "q10", "q11", "q12"]);
        File.ReadAllLines(Target).Length.ShouldBe(12);
        Files().ShouldBe(["out.jsonl", "q.csv"]);
    }

    [Fact]
    public async Task An_interrupted_run_says_what_it_kept_and_an_answer_may_be_longer_the_next_time()
    {
        TaskCompletionSource third = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedEndpoint endpoint = new((count, request) =>
        {
            if (count != 3)
                return Answer.Text("to " + LastMessage(request));
            third.SetResult();
            return Answer.Never;
        });
        string file = Write("q.csv", ["question", .. Enumerable.Range(1, 5).Select(i => $"q{i}")]);
        string target = Path.Combine(_folder, "new folder", "out.jsonl");
        string[] arguments = ["data", "label", file, "-o", target, "--endpoint", endpoint.Url, "--model", "m", "--prompt", "{question}", "--concurrency", "1"];

        using HoneProcess process = new(arguments);
        await third.Task;
        (int exitCode, string error) = process.Interrupt();
        CliRun again = CliRun.Of([.. arguments, "--max-tokens", "2000"]);

        exitCode.ShouldBe(1);
        error.ShouldContain("Stopped. 2 answers are kept in ");
        again.ExitCode.ShouldBe(0, again.Error);
        endpoint.Asked.ShouldBe(["q1", "q2", "q3", "q3", "q4", "q5"]);
    }

    [Fact]
    public async Task At_the_limit_it_stops_and_a_higher_one_goes_on()
    {
        await using ScriptedEndpoint endpoint = new((_, _) => Answer.Text("a"));
        string file = Write("q.csv", ["question", .. Enumerable.Range(1, 20).Select(i => $"q{i}")]);
        string[] prices = ["--price-in", "10", "--price-out", "20", "--max-tokens", "5"];

        CliRun stopped = Label(file, endpoint, ["--prompt", "{question}", "--max-cost", "0.002", .. prices]);
        bool hadOutput = File.Exists(Target);
        CliRun done = Label(file, endpoint, ["--prompt", "{question}", "--max-cost", "1", .. prices]);

        stopped.ExitCode.ShouldBe(1);
        stopped.Error.ShouldContain("of at most 0.002 is spent");
        stopped.Error.ShouldContain("the same command goes on from there");
        hadOutput.ShouldBeFalse();
        done.ExitCode.ShouldBe(0, done.Error);
        endpoint.Asked.Length.ShouldBe(20);
        done.Output.ShouldContain("200 tokens asked, 40 answered, cost 0.0028.");
    }

    [Fact]
    public async Task Rows_that_get_no_class_are_said_and_asked_about_again()
    {
        bool isStubborn = true;
        await using ScriptedEndpoint endpoint = new((_, request) => Answer.Text(request["messages"]![0]!["content"]!.GetValue<string>().Contains("odd") && isStubborn ? "Who knows?" : "\"Good\"."));
        string file = Write("r.csv", "text,label", "fine,", "odd,", "done,bad", "nice,");
        string[] options = ["--prompt", "Classify: {text}", "--classes", "good,bad", "--column", "label"];

        CliRun first = Label(file, endpoint, options);
        string written = File.ReadAllText(Target);
        isStubborn = false;
        CliRun second = Label(file, endpoint, [.. options, "--force"]);

        first.ExitCode.ShouldBe(0, first.Error);
        first.Output.ShouldContain("2 rows labelled");
        first.Output.ShouldContain("1 row had a value already and kept it.");
        first.Output.ShouldContain("line 3: the answer cannot be taken: Who knows?");
        written.ShouldBe("""
            {"text":"fine","label":"good"}
            {"text":"odd","label":""}
            {"text":"done","label":"bad"}
            {"text":"nice","label":"good"}

            """.ReplaceLineEndings("\n"));
        second.ExitCode.ShouldBe(0, second.Error);
        endpoint.Asked.Length.ShouldBe(2 + 3 + 1);
        endpoint.Asked[^1].ShouldBe("Classify: odd\n\nAnswer with exactly one of these, and nothing else: good, bad");
        Files().ShouldBe(["out.jsonl", "r.csv"]);
    }

    [Fact]
    public async Task A_busy_endpoint_is_waited_for()
    {
        await using ScriptedEndpoint endpoint = new((count, _) => count <= 3 ? Answer.Error(429, "slow down") with { Header = ("retry-after-ms", "1") } : Answer.Text("here"));

        CliRun run = Label(Write("q.jsonl", """{"prompt": "hello"}"""), endpoint);

        run.ExitCode.ShouldBe(0, run.Error);
        endpoint.Asked.ShouldBe(["hello", "hello", "hello", "hello"]);
        File.ReadAllText(Target).ShouldContain("\"content\":\"here\"");
    }

    [Fact]
    public void An_endpoint_that_is_not_there_is_said()
    {
        string file = Write("q.csv", "question", "one");

        CliRun run = CliRun.Of("data", "label", file, "-o", Target, "--endpoint", "http://127.0.0.1:9/v1", "--model", "m", "--prompt", "{question}", "--retries", "0");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith("http://127.0.0.1:9/v1/chat/completions gave no answer: ");
        File.Exists(Target).ShouldBeFalse();
        File.Exists(Target + ".journal").ShouldBeFalse();
    }

    [Theory]
    [InlineData("--prompt", "{nothing}", "There is no column nothing")]
    [InlineData("--prompt", "{question", "stands alone")]
    [InlineData("--system", "x", "Say what to ask with --prompt, such as --prompt \"Classify: {question}\"")]
    [InlineData("--classes", "good", "is the only class")]
    [InlineData("--classes", "good,Good", "cannot be told from another one")]
    public async Task What_cannot_be_asked_is_refused_before_anything_is_sent(string option, string value, string expected)
    {
        await using ScriptedEndpoint endpoint = new((_, _) => Answer.Text("a"));
        string file = Write("q.csv", "question", "one");
        string[] prompt = option == "--classes" ? ["--prompt", "{question}"] : [];

        CliRun run = Label(file, endpoint, [.. prompt, option, value]);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(expected);
        endpoint.Asked.ShouldBeEmpty();
        Files().ShouldBe(["q.csv"]);
    }

    [Theory]
    [InlineData("--constrain needs --classes.", "--constrain")]
    [InlineData("--again needs --column.", "--again")]
    [InlineData("--max-cost needs --price-in and --price-out", "--max-cost", "1")]
    [InlineData("--price-in and --price-out go together.", "--price-in", "1")]
    [InlineData("--price-in must be 0 or more.", "--price-in", "-1", "--price-out", "1")]
    [InlineData("--max-tokens-total must be more than 0.", "--max-tokens-total", "0")]
    [InlineData("--temperature must be from 0 to 2.", "--temperature", "3")]
    [InlineData("--timeout must be from 1 to 86400.", "--timeout", "0")]
    [InlineData("--column must not be empty.", "--column", "")]
    [InlineData("--write-prompt and --write-system are for training examples.", "--column", "c", "--write-prompt", "x")]
    public void Misuse_is_refused(string problem, params string[] options)
    {
        CliRun run = CliRun.Of(["data", "label", "q.csv", "--endpoint", "http://127.0.0.1:9", "--model", "m", .. options]);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith(problem);
    }

    [Theory]
    [InlineData("--endpoint", "127.0.0.1:9", "--model", "m")]
    [InlineData("--endpoint", "http://127.0.0.1:9")]
    [InlineData("--model", "m")]
    [InlineData("--endpoint", "http://127.0.0.1:9", "--model", "m", "--api-key", "two words")]
    public void An_endpoint_needs_its_address_and_a_model(params string[] options)
    {
        CliRun run = CliRun.Of(["data", "label", "q.csv", .. options]);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldNotContain("two words");
    }

    CliRun Label(string file, ScriptedEndpoint endpoint, params string[] options) => CliRun.Of(["data", "label", file, "-o", Target, "--endpoint", endpoint.Url, "--model", "m", .. options]);

    string Write(string name, params string[] lines)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    static JsonNode Last(CliRun run) => JsonNode.Parse(run.Output.TrimEnd().Split('\n')[^1])!;

    string[] Files() => [.. Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
