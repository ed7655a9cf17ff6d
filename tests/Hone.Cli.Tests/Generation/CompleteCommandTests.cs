using System.Text.Json;
using Hone.Cli.Tests.Repository;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Generation;

public class CompleteCommandTests
{
    const string Start = "Once upon a time, there was a little girl named";

    static readonly string Model = Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k");

    [Fact]
    public void The_continuation_alone_is_printed()
    {
        CliRun run = CliRun.Of("complete", Model, Start, "--max-tokens", "18");

        run.ShouldBe(new CliRun(0, " Lily. She loved to play outside in the park." + Environment.NewLine, ""));
    }

    [Fact]
    public void Json_has_text_tokens_and_why_it_ended()
    {
        JsonElement byLength = Json("complete", Model, Start, "--max-tokens", "18");
        JsonElement byStop = Json("complete", Model, Start, "--stop", " in the");

        byLength.GetProperty("text").GetString().ShouldBe(" Lily. She loved to play outside in the park.");
        byLength.GetProperty("tokens").GetInt32().ShouldBe(18);
        byLength.GetProperty("finish_reason").GetString().ShouldBe("length");
        byStop.GetProperty("text").GetString().ShouldBe(" Lily. She loved to play outside");
        byStop.GetProperty("finish_reason").GetString().ShouldBe("stop");
    }

    [Fact]
    public void The_prompt_can_come_from_standard_input()
    {
        CliRun run = CliRun.Of(Program.Commands, ["complete", Model, "-", "--max-tokens", "1"], input: Start + "\n");

        run.Output.Trim().ShouldBe("Lily");
    }

    [Fact]
    public void Choices_differ_and_the_same_seed_gives_the_same_ones()
    {
        string[] arguments = ["complete", Model, Start, "--temperature", "1", "--n", "3", "--seed", "5", "--max-tokens", "15", "--logprobs", "2", "--json"];

        JsonElement first = Json(arguments), second = Json(arguments);

        first.GetRawText().ShouldBe(second.GetRawText());
        JsonElement[] choices = [.. first.GetProperty("choices").EnumerateArray()];
        choices.Select(choice => choice.GetProperty("text").GetString()).Distinct().Count().ShouldBe(3);
        choices.ShouldAllBe(choice => choice.GetProperty("logprobs").GetArrayLength() == choice.GetProperty("tokens").GetInt32());
        choices[0].GetProperty("logprobs")[0].GetProperty("top_logprobs").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public void A_biased_token_comes_and_a_banned_one_does_not()
    {
        int lily = Json("complete", Model, Start, "--max-tokens", "1").GetProperty("token_ids")[0].GetInt32();

        Json("complete", Model, Start, "--max-tokens", "3", "--logit-bias", "300=100").GetProperty("token_ids").EnumerateArray().ShouldAllBe(id => id.GetInt32() == 300);
        Json("complete", Model, Start, "--max-tokens", "1", "--logit-bias", $"{lily}=-100").GetProperty("token_ids")[0].GetInt32().ShouldNotBe(lily);
        CliRun.Of("complete", Model, Start, "--logit-bias", "x").ExitCode.ShouldBe(2);
    }

    [Fact]
    public void Mistakes_are_reported_in_a_line()
    {
        CliRun tooLong = CliRun.Of("complete", Model, string.Concat(Enumerable.Repeat(Start, 60)));

        tooLong.ExitCode.ShouldBe(1);
        tooLong.Error.ShouldContain("context is 512");
    }

    [Theory]
    [InlineData("--top-p", "2", "top-p must be more than 0")]
    [InlineData("--temperature", "-1", "The temperature must be 0 or more")]
    [InlineData("--max-tokens", "0", "The maximum of tokens must be 1 or more")]
    [InlineData("--stop", "", "A stop string must not be empty")]
    [InlineData("--seed", "-1", "--seed must be from 0 to 18,446,744,073,709,551,615.")]
    public void A_value_out_of_range_is_misuse(string option, string value, string problem)
    {
        foreach (string[] command in (string[][])[["complete", Model, Start], ["chat", Model]])
        {
            CliRun run = CliRun.Of([.. command, option, value]);

            run.ExitCode.ShouldBe(2);
            run.Error.ShouldContain(problem);
        }
    }

    [Theory]
    [InlineData("--n", "0")]
    [InlineData("--logprobs", "2")]
    [InlineData("--logprobs", "21", "--json")]
    public void Options_that_ask_for_nothing_are_misuse(params string[] options) => CliRun.Of(["complete", Model, Start, .. options]).ExitCode.ShouldBe(2);

    [Fact]
    public void A_model_without_a_name_is_refused()
    {
        CliRun run = CliRun.Of("complete", "", Start);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith("The model has no name.");
    }

    static JsonElement Json(params string[] args)
    {
        CliRun run = CliRun.Of([.. args, "--json"]);
        run.ExitCode.ShouldBe(0, run.Error);
        return JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]).RootElement;
    }
}
