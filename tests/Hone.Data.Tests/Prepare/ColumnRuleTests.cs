using Hone.Data.Prepare;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Prepare;

public class ColumnRuleTests
{
    static readonly FrameRow[] Rows = [new(1, "a ->", " x"), new(2, "b ->", " y")];

    [Fact]
    public void The_rules_are_fifteen() => PrepareRules.InOrder.Count.ShouldBe(15);

    [Fact]
    public void A_file_without_rows_is_refused() =>
        Should.Throw<HoneException>(() => PrepareRun.Of()).Message.ShouldContain("no examples");

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    public void Fewer_than_100_examples_are_too_few(int count, bool isFew)
    {
        PrepareRun run = new(PrepareRun.FrameOf(Enumerable.Range(0, count).Select(i => ($"{i} ->", $" {i}."))));

        run.Found("num_examples")!.Finding.ShouldStartWith($"Pairs of prompt and completion: {count}.");
        run.Found("num_examples")!.Finding.Contains("few hundred", StringComparison.Ordinal).ShouldBe(isFew);
    }

    [Fact]
    public void Column_names_in_upper_case_are_changed()
    {
        PrepareRun run = new(new Frame(["Prompt", "COMPLETION"], Rows));

        run.Preparation.Remedies.Where(remedy => remedy.Rule == "necessary_column").Select(remedy => remedy.Necessary!.Description)
            .ShouldBe(["Call the column `Prompt` `prompt`", "Call the column `COMPLETION` `completion`"]);
        run.Preparation.Frame.Columns.ShouldBe(["prompt", "completion"]);
        run.Preparation.HasChanged.ShouldBeTrue();
    }

    [Fact]
    public void The_column_of_the_right_name_comes_before_one_in_another_case()
    {
        PrepareRun run = new(new Frame(["Prompt", "prompt", "completion"], Rows));

        run.Found("necessary_column").ShouldBeNull();
        run.Found("additional_column")!.Finding.ShouldContain("`Prompt`. Their names come close to the right ones: `Prompt`");
    }

    [Theory]
    [InlineData("prompt", "completion")]
    [InlineData("completion", "prompt")]
    public void A_missing_column_is_refused_with_those_that_are_there(string there, string missing)
    {
        string problem = Should.Throw<HoneException>(() => new PrepareRun(new Frame([there, "label"], Rows))).Message;

        problem.ShouldContain($"The column `{missing}` is missing; the file has `{there}`, `label`.");
    }

    [Fact]
    public void More_columns_are_listed_and_removed()
    {
        PrepareRun run = new(new Frame(["id", "prompt", "completion", "completion.1"], Rows));

        run.Found("additional_column")!.Necessary!.Description.ShouldBe("Remove the columns `id`, `completion.1`");
        run.Found("additional_column")!.Finding.ShouldContain("come close to the right ones: `completion.1`.");
        run.Preparation.Frame.Columns.ShouldBe(["prompt", "completion"]);
    }

    [Fact]
    public void Two_columns_of_the_right_names_need_no_change()
    {
        PrepareRun run = new(new Frame(["completion", "prompt"], Rows));

        run.Preparation.HasChanged.ShouldBeFalse();
        run.Found("additional_column").ShouldBeNull();
    }
}
