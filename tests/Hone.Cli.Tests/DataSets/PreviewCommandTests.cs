using System.Text.Json.Nodes;
using Hone.Cli.Tests.Repository;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

public sealed class PreviewCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-preview-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Targets_are_marked_and_counted()
    {
        string file = Write("""{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "你好"}]}""");

        CliRun run = Preview(file);

        run.Error.ShouldBe("");
        run.Output.ShouldContain("line 1 · ");
        run.Output.ShouldContain("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n⟦你好<|im_end|>⟧\n");
    }

    [Fact]
    public void Examples_are_chosen_by_line_and_count()
    {
        string file = Write([.. Enumerable.Range(1, 9).Select(i => $$"""{"prompt": "p{{i}}", "completion": " c"}""")]);

        CliRun run = Preview(file, "--line", "4", "--count", "2", "--json");

        JsonNode[] records = [.. run.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!)];
        records.Length.ShouldBe(3);
        records[0]["marked"]!.GetValue<string>().ShouldBe("p4⟦ c⟧");
        records[1]["line"]!.GetValue<int>().ShouldBe(5);
        records[2]["shown"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public void An_example_beyond_the_context_is_said()
    {
        string text = string.Concat(Enumerable.Repeat("word ", 1200));

        string file = Write($$"""{"prompt": "{{text}}", "completion": " c"}""", """{"prompt": "p", "completion": " c"}""");

        string model = Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k");
        CliRun.Of("data", "preview", file, "--model", model).Output.ShouldContain(" targets\nThis is longer than the model's context of 512 tokens: training refuses it.");
        string[] records = CliRun.Of("data", "preview", file, "--model", model, "--json").Output.TrimEnd().Split('\n');
        records.Take(2).Select(record => JsonNode.Parse(record)!["fits"]!.GetValue<bool>()).ShouldBe([false, true]);
    }

    [Fact]
    public void A_preference_shows_both_answers()
    {
        string file = Write(
            """{"input": {"messages": [{"role": "user", "content": "Q"}]}, "preferred_output": [{"role": "assistant", "content": "yes"}], "non_preferred_output": [{"role": "assistant", "content": "no"}]}"""
        );

        CliRun run = Preview(file);

        run.Output.ShouldContain("⟦yes<|im_end|>⟧");
        run.Output.ShouldContain("line 1 · non_preferred");
    }

    [Fact]
    public void A_bad_line_and_a_line_beyond_the_end_are_errors()
    {
        Preview(Write("{}")).ExitCode.ShouldBe(1);
        Preview(Write("""{"prompt": "p", "completion": " c"}"""), "--line", "2").Error.ShouldContain("has no example from line 2 on");
    }

    [Fact]
    public void A_terminal_shows_targets_in_colour()
    {
        string file = Write("""{"prompt": "p", "completion": " c"}""");

        CliRun run = CliRun.Of(Program.Commands, ["data", "preview", file, "--model", Model()], terminalWidth: 80);

        run.Output.ShouldContain("p\e[32m c\e[0m");
    }

    [Fact]
    public void Texts_steer_no_terminal_and_programs_get_them_as_they_are()
    {
        string file = Write("""{"prompt": "a\u001b[2Jb\r\n", "completion": " \u009bc"}""");

        CliRun screen = CliRun.Of(Program.Commands, ["data", "preview", file, "--model", Model()], terminalWidth: 80);

        screen.Output.ShouldContain("a\ufffd[2Jb\r\n\e[32m \ufffdc\e[0m");
        JsonNode.Parse(Preview(file, "--json").Output.Split('\n')[0])!["text"]!.GetValue<string>().ShouldBe("a\e[2Jb\r\n \u009bc");
    }

    CliRun Preview(string file, params string[] more) => CliRun.Of(["data", "preview", file, "--model", Model(), "--data", _folder, .. more]);

    string Write(params string[] lines)
    {
        string path = Path.Combine(_folder, "train.jsonl");
        File.WriteAllLines(path, lines);
        return path;
    }

    static string Model() => Path.Combine(RepositoryFiles.Root, "tests", "parity", "tokenizers-hf", "qwen2-style");
}
