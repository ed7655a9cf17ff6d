using System.Text.Json;
using Hone.Data.Quality.Personal;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Personal;

public sealed class PersonalMaskTests
{
    [Fact]
    public void The_same_value_has_the_same_placeholder_throughout_an_example()
    {
        var line = JsonElement.Parse(
            """{"messages": [{"role": "user", "content": "I am a@corp.cn, my friend is b@corp.cn."}, {"role": "assistant", "content": "Thanks, a@corp.cn, I wrote to b@corp.cn and 13812345678."}]}"""
        );

        (JsonElement masked, int replaced) = PersonalMask.Apply(line);

        replaced.ShouldBe(3);
        masked.GetProperty("messages")[0].GetProperty("content").GetString().ShouldBe("I am [EMAIL_1], my friend is [EMAIL_2].");
        masked.GetProperty("messages")[1].GetProperty("content").GetString().ShouldBe("Thanks, [EMAIL_1], I wrote to [EMAIL_2] and [PHONE_1].");
    }

    [Fact]
    public void Every_example_counts_from_one()
    {
        PersonalMask.Apply(JsonElement.Parse("""{"prompt": "a@corp.cn", "completion": "x"}""")).Line.GetProperty("prompt").GetString().ShouldBe("[EMAIL_1]");
        PersonalMask.Apply(JsonElement.Parse("""{"prompt": "b@corp.cn", "completion": "x"}""")).Line.GetProperty("prompt").GetString().ShouldBe("[EMAIL_1]");
    }

    [Fact]
    public void Numbers_and_arguments_of_calls_are_masked_and_all_else_stays_as_it_is()
    {
        var line = JsonElement.Parse("""{"phone": 13812345678, "n": 1.50, "yes": true, "none": null, "call": {"arguments": "{\"to\": \"a@corp.cn\"}"}, "list": ["a", 2]}""");

        (JsonElement masked, _) = PersonalMask.Apply(line);

        masked.GetProperty("phone").GetString().ShouldBe("[PHONE_1]");
        masked.GetProperty("n").GetRawText().ShouldBe("1.50");
        masked.GetProperty("yes").GetBoolean().ShouldBeTrue();
        masked.GetProperty("none").ValueKind.ShouldBe(JsonValueKind.Null);
        masked.GetProperty("call").GetProperty("arguments").GetString().ShouldBe("""{"to": "[EMAIL_1]"}""");
        masked.GetProperty("list").GetRawText().ShouldBe("""["a",2]""");
    }

    [Fact]
    public void A_line_without_personal_data_is_the_line_itself()
    {
        var line = JsonElement.Parse("""{"prompt":  "p", "completion": "c"}""");

        (JsonElement same, int replaced) = PersonalMask.Apply(line);

        replaced.ShouldBe(0);
        same.GetRawText().ShouldBe(line.GetRawText());
    }
}
