using System.Text.Json;
using Hone.Cli.Tests.Repository;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Generation;

public class ChatCommandTests
{
    static readonly string Model = Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k");

    [Fact]
    public void Every_line_is_answered_until_exit()
    {
        JsonElement[] records = Chat("Hello\n\n你好，世界\n/exit\nnever\n");

        records.Length.ShouldBe(3);
        records[^1].GetProperty("replies").GetInt32().ShouldBe(2);
        records[0].GetProperty("tokens").GetInt32().ShouldBe(12);
    }

    [Fact]
    public void A_reply_depends_on_the_conversation_until_it_is_reset()
    {
        JsonElement[] records = Chat("Tell me a story\nTell me a story\n/reset\nTell me a story\n");

        string[] texts = [.. records[..^1].Select(record => record.GetProperty("text").GetString()!)];
        texts[2].ShouldBe(texts[0]);
        texts[1].ShouldNotBe(texts[0]);
    }

    [Fact]
    public void The_system_message_survives_a_reset()
    {
        JsonElement[] plain = Chat("Hi\n");
        JsonElement[] told = Chat("Hi\n/reset\nHi\n", "--system", "The dog ran to the park with Tom");

        told[0].GetProperty("text").GetString().ShouldNotBe(plain[0].GetProperty("text").GetString());
        told[1].GetProperty("text").GetString().ShouldBe(told[0].GetProperty("text").GetString());
    }

    [Fact]
    public void On_a_terminal_a_message_that_is_too_long_is_forgotten_and_the_conversation_goes_on()
    {
        string tooLong = string.Concat(Enumerable.Repeat("story ", 600));

        CliRun run = CliRun.Of(Program.Commands, ["chat", Model, "--max-tokens", "12"], $"{tooLong}\nHello\n", terminalWidth: 80);
        CliRun piped = CliRun.Of(Program.Commands, ["chat", Model, "--max-tokens", "12"], $"{tooLong}\nHello\n");

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("context is 512");
        run.Output.ShouldContain(Chat("Hello\n")[0].GetProperty("text").GetString()!);
        piped.ExitCode.ShouldBe(1);
        piped.Error.ShouldContain("context is 512");
    }

    [Fact]
    public void With_json_a_message_that_is_too_long_is_an_error_on_a_terminal_too()
    {
        CliRun run = CliRun.Of(Program.Commands, ["chat", Model, "--json"], string.Concat(Enumerable.Repeat("story ", 600)), terminalWidth: 80);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("context is 512");
    }

    static JsonElement[] Chat(string input, params string[] more)
    {
        CliRun run = CliRun.Of(Program.Commands, ["chat", Model, "--max-tokens", "12", "--json", .. more], input);
        run.ExitCode.ShouldBe(0, run.Error);
        return [.. run.Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
