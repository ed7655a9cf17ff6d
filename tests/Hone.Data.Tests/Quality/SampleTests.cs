using System.Text.Json;
using Hone.Data.Formats;
using Hone.Data.Quality;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality;

public sealed class SampleTests
{
    [Fact]
    public void A_question_with_its_answer_is_the_user_message_and_the_assistant_message()
    {
        Sample sample = Of("""{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "你好？"}, {"role": "assistant", "content": "你好！"}]}""");

        (sample.Line, sample.Instructions, sample.Prompt, sample.Answer).ShouldBe((7, "Be brief.", "你好？", "你好！"));
        sample.Rejected.ShouldBeNull();
    }

    [Fact]
    public void A_longer_conversation_names_the_roles_and_ends_before_the_last_answer()
    {
        Sample sample = Of(
            """{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}, {"role": "user", "content": "e"}]}"""
        );

        sample.Prompt.ShouldBe("user: a\nassistant: b\nuser: c");
        sample.Answer.ShouldBe("d");
    }

    [Fact]
    public void Calls_and_lists_of_parts_are_text_and_tools_are_instructions()
    {
        Sample sample = Of(
            """{"messages": [{"role": "user", "content": [{"type": "text", "text": "Time "}, {"type": "text", "text": "in Paris?"}]}, {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "clock", "arguments": "{\"city\": \"Paris\"}"}}]}], "tools": [{"type": "function"}]}"""
        );

        sample.Prompt.ShouldBe("Time in Paris?");
        sample.Answer.ShouldBe("""clock({"city": "Paris"})""");
        sample.Instructions.ShouldBe("""[{"type": "function"}]""");
    }

    [Fact]
    public void Completions_and_preferences_have_the_same_view()
    {
        Sample completion = Of("""{"prompt": "2 + 2 =", "completion": " 4"}""");
        Sample preference = Of(
            """{"input": {"messages": [{"role": "user", "content": "Q"}]}, "preferred_output": [{"role": "assistant", "content": "yes"}], "non_preferred_output": [{"role": "assistant", "content": "no"}]}"""
        );

        (completion.Prompt, completion.Answer).ShouldBe(("2 + 2 =", " 4"));
        (preference.Prompt, preference.Answer, preference.Rejected).ShouldBe(("Q", "yes", "no"));
    }

    [Fact]
    public void What_is_missing_is_empty_and_another_kind_of_line_is_an_error_that_names_it()
    {
        Sample unanswered = Of("""{"messages": [{"role": "user", "content": "Q"}, 3]}""");
        var error = Should.Throw<HoneException>(() => Of("""{"question": "Q"}"""));

        unanswered.Answer.ShouldBe("");
        error.Message.ShouldContain("7");
        error.Message.ShouldContain("hone data check");
    }

    static Sample Of(string json) => Sample.Of(new JsonLine(5, 7, JsonElement.Parse(json)));
}
