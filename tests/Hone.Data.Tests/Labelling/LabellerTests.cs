using Hone.Data.Endpoints;
using Hone.Data.Labelling;
using Hone.Data.Sources;
using Hone.Data.Tests.Endpoints;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Labelling;

public sealed class LabellerTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-labeller-").FullName;

    string Target => Path.Combine(_folder, "out.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Conversations_are_asked_up_to_their_last_user_message_and_answered_anew()
    {
        ScriptedHandler handler = Echo();

        await LabelAsync(handler, new LabelSettings(),
            """{"messages":[{"role":"system","content":"s"},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"assistant","content":"old"}]}""");

        handler.Requests[0]["messages"]!.AsArray().Select(message => message!["content"]!.GetValue<string>()).ShouldBe(["s", "a", "b", "c"]);
        Written().ShouldBe(["""{"messages":[{"role":"system","content":"s"},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"assistant","content":"to c"}]}"""]);
    }

    [Fact]
    public async Task Prompts_and_preferences_are_asked_too()
    {
        await LabelAsync(Echo(), new LabelSettings(), """{"prompt":"你好","completion":"x"}""");
        Written().ShouldBe(["""{"messages":[{"role":"user","content":"你好"},{"role":"assistant","content":"to 你好"}]}"""]);

        await LabelAsync(Echo(), new LabelSettings(), """{"input":{"messages":[{"role":"user","content":"q"}]},"preferred_output":[],"non_preferred_output":[]}""");
        Written().ShouldBe(["""{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"to q"}]}"""]);
    }

    [Fact]
    public async Task The_training_example_can_ask_less_than_the_stronger_model_was_told()
    {
        LabelSettings settings = new() { Prompt = "Think hard about {text}", System = "You are an expert on {topic}.", WrittenPrompt = "{text}?", WrittenSystem = "" };

        await LabelAsync(Echo(), settings, """{"text":"cats","topic":"pets"}""");

        Written().ShouldBe(["""{"messages":[{"role":"user","content":"cats?"},{"role":"assistant","content":"to Think hard about cats"}]}"""]);
    }

    [Fact]
    public async Task Rows_without_anything_to_ask_are_left_out_and_said()
    {
        LabelResult result = await LabelAsync(Echo(), new LabelSettings(),
            """{"messages":[{"role":"user","content":"q"}]}""",
            """{"messages":[{"role":"system","content":"s"}]}""",
            """{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}""",
            """{"messages":[]}""");

        result.Labelled.ShouldBe(1);
        result.UnlabelledCount.ShouldBe(3);
        result.Unlabelled.Select(each => each.Line).ShouldBe([2, 3, 4]);
        Written().Length.ShouldBe(1);
    }

    [Fact]
    public async Task An_empty_cell_is_not_asked_about()
    {
        ScriptedHandler handler = Echo();

        LabelResult result = await LabelAsync(handler, new LabelSettings { Prompt = "Q: {text}", Column = "answer" }, """{"text":" "}""", """{"text":"a"}""", """{"text":null}""");

        handler.Requests.Count.ShouldBe(1);
        result.Unlabelled.ShouldBe([(1, "text is empty"), (3, "text is empty")]);
        Written().ShouldBe(["""{"text":" "}""", """{"text":"a","answer":"to Q: a"}""", """{"text":null}"""]);
    }

    [Theory]
    [InlineData("positive", "positive")]
    [InlineData(" Positive.\n", "positive")]
    [InlineData("\"POSITIVE\"", "positive")]
    [InlineData("Label: positive", "positive")]
    [InlineData("<think>Not negative: it praises.</think>\n\npositive", "positive")]
    [InlineData("**negative**", null)]
    [InlineData("not positive", null)]
    [InlineData("positive, because it is good", null)]
    [InlineData("好评。", "好评")]
    [InlineData("答案：好评", "好评")]
    [InlineData("", null)]
    public void An_answer_is_a_class_or_none(string answer, string? expected) => new ClassNames(["positive", "negative", "好评"]).Find(answer).ShouldBe(expected);

    [Fact]
    public void Classes_are_named_in_the_language_of_the_question()
    {
        ClassNames english = new(["good", "bad"]);

        english.Instruction("How is it?").ShouldEndWith("good, bad");
        english.Instruction("怎么样？").ShouldBe("只回答以下类别之一，不要输出其他内容：good、bad");
    }

    [Fact]
    public async Task Where_nothing_is_answered_there_is_no_file()
    {
        ScriptedHandler handler = new((_, _) => ScriptedHandler.Text("perhaps"));

        HoneException failure = await Should.ThrowAsync<HoneException>(() => LabelAsync(handler, new LabelSettings { Prompt = "{text}", Classes = ["yes", "no"] }, """{"text":"a"}"""));

        failure.Message.ShouldBe("No row was answered. Line 1: the answer cannot be taken: perhaps");
        File.Exists(Target).ShouldBeFalse();
    }

    async Task<LabelResult> LabelAsync(ScriptedHandler handler, LabelSettings settings, params string[] rows)
    {
        string file = Path.Combine(_folder, "rows.jsonl");
        await File.WriteAllLinesAsync(file, rows);
        Labeller labeller = new(SourceFile.Open(file), settings);
        using var journal = AnswerJournal.Open(Path.Combine(_folder, "journal"));
        using ChatEndpoint endpoint = new(new EndpointSettings("http://h", "m", null) { Retries = 0 }, handler, new ImpatientClock());
        QuestionRun run = new(endpoint, journal, new SpendingLimit(journal.Spent));
        await labeller.AskAsync(run, CancellationToken.None);
        return labeller.Write(Target, run, CancellationToken.None);
    }

    string[] Written() => File.ReadAllLines(Target);

    static ScriptedHandler Echo() => new((_, request) => ScriptedHandler.Text("to " + (string)request["messages"]!.AsArray()[^1]!["content"]!));
}
