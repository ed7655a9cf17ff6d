using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Tests.Repository;
using Hone.Data.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests;

public sealed class CommandLineTests
{
    static CliRun Run(Action<ParseResult, Output> action, params string[] args) =>
        CliRun.Of([() => new Command("act", "Acts").Does(action)], ["act", .. args]);

    [Fact]
    public void A_command_that_ends_well_exits_with_0()
    {
        CliRun run = Run((_, output) => output.Line("done"));

        run.ShouldBe(new CliRun(0, "done\n", ""));
    }

    [Fact]
    public void A_problem_the_user_can_solve_exits_with_1_and_its_message()
    {
        CliRun run = Run((_, _) => throw new HoneException("The file is empty. Add lines."));

        run.ExitCode.ShouldBe(1);
        run.Error.Trim().ShouldBe("The file is empty. Add lines.");
        run.Output.ShouldBeEmpty();
    }

    [Fact]
    public void A_bug_exits_with_1_and_says_how_to_see_more()
    {
        CliRun run = Run((_, _) => throw new InvalidOperationException("Broken."));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith("Unexpected error: InvalidOperationException: Broken.");
        run.Error.ShouldContain("HONE_TRACE=1");
        run.Error.Trim().ShouldNotContain('\n');
    }

    [Theory]
    [InlineData(1, "act")]
    [InlineData(2, "act", "more")]
    public void Where_nobody_reads_messages_the_exit_code_is_the_same(int expected, params string[] args)
    {
        using Unread error = new();
        Command Create() => new Command("act", "Acts").Does((_, _) => throw new HoneException("The file is empty."));
        Invocation invocation = new() { Input = TextReader.Null, Output = new StringWriter(), Error = error };

        CommandLine.Run(["--lang=en", .. args], [Create], invocation).ShouldBe(expected);
    }

    [Fact]
    public void A_stopped_command_exits_with_1()
    {
        CliRun run = Run((_, _) => throw new OperationCanceledException());

        run.ShouldBe(new CliRun(1, "", "Stopped." + Environment.NewLine));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("--nonsense")]
    [InlineData("--lang=fr")]
    public void A_misuse_exits_with_2_and_points_to_the_help_in_one_line(string argument)
    {
        CliRun run = Run((_, _) => { }, argument);

        run.ExitCode.ShouldBe(2);
        run.Output.ShouldBeEmpty();
        run.Error.Trim().ShouldEndWith("See 'hone act --help'.");
        run.Error.Trim().ShouldNotContain('\n');
    }

    [Theory]
    [InlineData("--epochs")]
    [InlineData("--steps")]
    public void A_word_in_place_of_a_number_is_refused_in_words(string option)
    {
        Command Create() => new Command("act", "Acts") { new Option<int>("--steps"), new Option<int?>("--epochs") };

        CliRun run = CliRun.Of([Create], ["act", option, "many"]);

        run.ExitCode.ShouldBe(2);
        run.Error.Trim().ShouldBe($"Cannot parse argument 'many' for option '{option}' as a whole number. See 'hone act --help'.");
        CliRun.Of([Create], ["act", option, "many", "--lang", "zh"]).Error.Trim().ShouldBe($"选项 '{option}' 的值 'many' 不是整数。用法见 'hone act --help'。");
    }

    [Theory]
    [InlineData("--steps", "-99999999999", "--steps must be from -2,147,483,648 to 2,147,483,647.", "--steps 须在 -2,147,483,648 到 2,147,483,647 之间。")]
    [InlineData("-k", "99999999999", "--count must be from 1 to 268,435,456.", "--count 须在 1 到 268,435,456 之间。")]
    [InlineData("--seed", "99999999999999999999", "--seed must be from 0 to 18,446,744,073,709,551,615.", "--seed 须在 0 到 18,446,744,073,709,551,615 之间。")]
    public void A_number_beyond_its_type_is_refused_with_the_options_bounds(string option, string value, string english, string chinese)
    {
        Command Create()
        {
            Option<int> count = PositiveOption.Create("--count", "How many", 3);
            count.Aliases.Add("-k");
            return new Command("act", "Acts") { new Option<int>("--steps"), count, new Option<ulong?>("--seed") };
        }

        CliRun.Of([Create], ["act", $"{option}={value}"]).Error.ShouldStartWith(english);
        CliRun.Of([Create], ["act", $"{option}={value}", "--lang", "zh"]).Error.ShouldStartWith(chinese);
    }

    [Theory]
    [InlineData("./hone", "Go on with: hone finetune --resume ftjob-1", "Go on with: ./hone finetune --resume ftjob-1")]
    [InlineData("\"/my tools/hone\"", "用法见 'hone data check --help'。", "用法见 '\"/my tools/hone\" data check --help'。")]
    [InlineData("./hone", "See 'hone --help'; hone serve, ./hone serve, /bin/hone serve, hone-nano serve, hone database, C:\\hone serve.", "See './hone --help'; ./hone serve, ./hone serve, /bin/hone serve, hone-nano serve, hone database, C:\\hone serve.")]
    [InlineData("$HOME/hone", "hone jobs list", "$HOME/hone jobs list")]
    [InlineData("hone", "hone jobs list", "hone jobs list")]
    public void Commands_in_messages_are_as_the_user_calls_them(string program, string text, string expected)
    {
        ProgramName.InText(text, program).ShouldBe(expected);
        StringWriter people = new(), programs = new(), written = new();

        new Output(people, TextReader.Null, isJson: false, 0, program).Line(text);
        new Output(programs, TextReader.Null, isJson: true, 0, program).Json(new JsonObject { ["notice"] = "hone jobs list" });
        new Output(written, TextReader.Null, isJson: false, 0, program).Write("hone jobs list");

        people.ToString().ShouldBe(expected + "\n");
        programs.ToString().ShouldBe("{\"notice\":\"hone jobs list\"}\n");
        written.ToString().ShouldBe("hone jobs list");
    }

    [Fact]
    public void Every_command_is_one_that_messages_name() =>
        Program.Commands.Select(create => create().Name).ShouldAllBe(name => ProgramName.InText($"hone {name}", "./hone") == $"./hone {name}");

    [Theory]
    [InlineData("@everyone")]
    [InlineData("- an item")]
    [InlineData("-5")]
    [InlineData("[suggest]")]
    [InlineData("a=b:c")]
    [InlineData("")]
    public void A_prompt_is_taken_as_it_is(string prompt)
    {
        Argument<string> argument = new("PROMPT");
        Command Create() => new Command("act", "Acts") { argument }.Does((parse, output) => output.Write(parse.GetRequiredValue(argument)));

        CliRun run = CliRun.Of([Create], ["act", prompt]);

        run.ShouldBe(new CliRun(0, prompt, ""));
    }

    [Theory]
    [InlineData("--data", "models", "list", "--data", "")]
    [InlineData("DIR", "models", "add", "")]
    [InlineData("--to", "models", "merge", "m", "--to", "")]
    [InlineData("-o", "tokenizer", "train", "c.txt", "--size", "300", "-o", "")]
    [InlineData("--config", "pretrain", "c.txt", "--config", "")]
    [InlineData("--output", "pretrain", "c.txt", "--config", "c.json", "--output", "")]
    [InlineData("--tokenizer", "pretrain", "c.txt", "--config", "c.json", "--tokenizer", "")]
    public void An_empty_path_is_misuse(string name, params string[] args)
    {
        CliRun run = CliRun.Of(args);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith($"{name} must not be empty.");
    }

    [Theory]
    [InlineData("complete", "m", "p", "--temperature", "0,7")]
    [InlineData("pretrain", "c.txt", "--config", "c.json", "--minutes", "1,5")]
    [InlineData("bench", "train", "--completion", "0,5")]
    public void A_comma_in_a_number_is_misuse_and_not_dropped(params string[] args)
    {
        CliRun run = CliRun.Of(args);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("write a decimal point");
    }

    [Theory]
    [InlineData("complete", "-")]
    [InlineData("chat")]
    public void Standard_input_that_is_no_text_is_refused(string command, params string[] more)
    {
        using MemoryStream bytes = new([0xef, 0xbb, 0xbf, 0x41, 0xff, 0x0a]);
        StringWriter error = new();
        Invocation invocation = new() { Input = Utf8Text.Open(bytes), Output = new StringWriter(), Error = error };

        int exitCode = CommandLine.Run(["--lang=en", command, Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k"), .. more], Program.Commands, invocation);

        exitCode.ShouldBe(1);
        error.ToString().ShouldStartWith("Standard input is no text in UTF-8: it holds the bytes FF.");
    }

    [Fact]
    public void Json_is_one_object_per_line_without_text_for_people()
    {
        CliRun run = Run(
            (_, output) =>
            {
                output.Line("for people");
                output.Table([["a", "b"]]);
                output.Json(new JsonObject { ["step"] = 1, ["text"] = "你好\n" });
                output.Json(new JsonObject { ["loss"] = 0.5f });
            },
            "--json"
        );

        run.Output.ShouldBe("{\"step\":1,\"text\":\"你好\\n\"}\n{\"loss\":0.5}\n");
    }

    [Fact]
    public void With_json_a_failure_is_the_last_object_beside_its_message()
    {
        CliRun failed = Run(
            (_, output) =>
            {
                output.Json(new JsonObject { ["step"] = 1 });
                throw new HoneException("The file is gone.");
            },
            "--json"
        );
        CliRun misused = CliRun.Of("complete", "--json", "--top-p", "1");

        failed.ExitCode.ShouldBe(1);
        failed.Error.ShouldBe("The file is gone." + Environment.NewLine);
        failed.Output.ShouldBe("{\"step\":1}\n{\"error\":{\"message\":\"The file is gone.\",\"code\":null,\"exit_code\":1}}\n");
        misused.ExitCode.ShouldBe(2);
        misused.Output.ShouldBe(new JsonObject { ["error"] = new JsonObject { ["message"] = misused.Error.TrimEnd(), ["code"] = null, ["exit_code"] = 2 } }.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n");
        CliRun.Of("complete", "--top-p", "1").Output.ShouldBeEmpty();
    }

    [Fact]
    public void Continuations_have_the_limit_of_the_interface()
    {
        CliRun run = CliRun.Of("complete", "hone-nano", "Hello", "--n", "129");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith("--n must be from 1 to 128.");
    }

    [Fact]
    public void Columns_line_up_where_characters_are_twice_as_wide()
    {
        CliRun run = Run((_, output) => output.Table([["模型", "1"], ["ab", "22"]]));

        run.Output.ShouldBe("模型  1\nab    22\n");
    }

    [Fact]
    public void Without_arguments_the_help_is_shown()
    {
        CliRun run = CliRun.Of();

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("Usage:");
    }

    /// <summary>A pipe whose reader is gone.</summary>
    sealed class Unread : StringWriter
    {
        public override void Flush() => throw new IOException("Broken pipe");
    }
}
