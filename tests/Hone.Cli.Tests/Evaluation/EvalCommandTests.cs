using System.Text.Json;
using Hone.Cli.Tests.FineTuning;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Evaluation;

public sealed class EvalCommandTests : IDisposable
{
    readonly Workplace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Tuning_on_a_file_makes_its_answers_right()
    {
        string file = _work.Completions(12);

        JsonElement before = Workplace.Lines(_work.Run("eval", Workplace.Model, file))[^1];
        CliRun tuned = _work.Finetune(file, "--method", "full", "--epochs", "20", "--batch-size", "4", "--learning-rate", "0.003", "--seed", "1");
        JsonElement[] after = Workplace.Lines(_work.Run("eval", Workplace.TunedModel(tuned), file));

        before.GetProperty("exact_match").GetDouble().ShouldBe(0);
        before.GetProperty("label_accuracy").GetDouble().ShouldBeLessThan(1);
        after[^1].GetProperty("exact_match").GetDouble().ShouldBe(1);
        after[^1].GetProperty("label_accuracy").GetDouble().ShouldBe(1);
        after.Length.ShouldBe(13);
        after[0].GetProperty("answer").GetString().ShouldBe(" Good");
    }

    [Fact]
    public void A_chat_is_judged_by_its_last_answer()
    {
        JsonElement[] lines = Workplace.Lines(_work.Run("eval", Workplace.Model, _work.Chats(12)));

        lines[0].GetProperty("expected").GetString().ShouldBe("dog");
        lines[^1].GetProperty("examples").GetInt32().ShouldBe(12);
    }

    [Fact]
    public void Files_without_answers_are_refused()
    {
        Refusal(_work.Preferences(10)).ShouldContain("holds preferences");
        Refusal(_work.Write("empty.jsonl", "")).ShouldContain("is empty");
        Refusal(Path.Combine(_work.Folder, "none")).ShouldContain("there is no such file");
        Refusal(_work.Write("call.jsonl", """{"messages": [{"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]}]}"""))
            .ShouldBe("Example 1 cannot be rendered (line 1): The last assistant message has no text to compare with. Give its content, or remove the line.");
    }

    [Fact]
    public void A_line_beyond_the_context_is_named()
    {
        string words = string.Concat(Enumerable.Repeat("word ", 600));

        string problem = Refusal(_work.Write("long.jsonl", $$"""
            {"prompt": "a", "completion": " b"}
            {"prompt": "{{words}}", "completion": " b"}
            """));

        problem.ShouldStartWith("The example at line 2 has ");
        problem.ShouldContain("more than the model's context of 512");
    }

    string Refusal(string file)
    {
        CliRun run = _work.Run("eval", Workplace.Model, file);
        run.ExitCode.ShouldBe(1);
        return run.Error.Trim();
    }
}
