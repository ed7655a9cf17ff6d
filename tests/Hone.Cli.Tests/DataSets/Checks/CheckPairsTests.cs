using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets.Checks;

public sealed class CheckPairsTests : CheckTests
{
    [Fact]
    public void Pairs_of_texts_are_checked_with_the_encoder_that_learns_from_them()
    {
        string path = WriteFile("pairs.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => $$"""{"anchor": "question {{i}}", "positive": "{{(i == 5 ? string.Concat(Enumerable.Repeat("word ", 300)) : "answer")}} {{i}}"}""" + "\n")));
        string mended = Path.Combine(Folder, "mended.jsonl");

        CliRun alone = Check(path);
        CliRun measured = Check(path, "--model", "hone-embed", "--fix", mended);
        CliRun again = Check(mended, "--model", "hone-embed", "--lang", "zh");
        CliRun writer = Check(path, "--model", "hone-nano");
        CliRun lora = Check(path, "--model", "hone-embed", "--method", "lora");

        alone.ExitCode.ShouldBe(0, alone.Error);
        alone.Output.ShouldContain("pairs.jsonl: 12 pairs, examples: 12, ");
        alone.Output.ShouldContain("characters of anchor");
        measured.ExitCode.ShouldBe(1);
        measured.Output.ShouldContain("error example_too_long: 1\n  line 6  positive: the text has ");
        measured.Output.ShouldEndWith($"{mended}: 11 examples without errors; left out: 1\n");
        again.ExitCode.ShouldBe(0, again.Error);
        again.Output.ShouldContain("mended.jsonl：11 个文本对，样本：11，");
        writer.Error.ShouldContain("hone-nano writes text. Name an embedding model, such as hone-embed.");
        lora.Error.ShouldContain("hone-embed makes embeddings, and the method lora is for models that write text.");
    }

    [Fact]
    public void The_command_against_repeats_can_be_pasted()
    {
        string path = WriteFile("pairs.jsonl", string.Concat(Enumerable.Repeat("""{"anchor":"a","positive":"b"}""" + "\n", 2)));

        CliRun run = Check(path);

        run.Output.ShouldContain($" hone data dedupe {path} --as-is removes such lines.");
    }

    [Fact]
    public void Pairs_in_a_table_are_told_from_training_lines()
    {
        string path = WriteFile("pairs.csv", "sentence1,sentence2,score\na,b,1\nc,d,2\n");

        CliRun run = Check(path);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"Make a file of them that can be checked and trained on with: hone data pairs {path} --score score --output pairs.jsonl");
    }

    [Theory]
    [InlineData("anchor,positive\na,b\n", "data pairs {0} --output pairs.jsonl\n")]
    [InlineData("id,anchor,positive,negative\n1,a,b,c\n", "data pairs {0} --anchor anchor --positive positive --negative negative --output pairs.jsonl\n")]
    [InlineData("sentence1,sentence2\na,b\n", "data pairs {0} --output pairs.jsonl\n")]
    [InlineData("sentence1;sentence2;score\na;b;1\n", "data pairs {0} --separator \";\" --score score --output pairs.jsonl\n", "--separator", ";")]
    public void The_command_that_makes_pairs_of_a_table_suits_it(string content, string command, params string[] options)
    {
        string path = WriteFile("pairs.csv", content);

        CliRun run = Check(path, options);

        run.Error.ShouldEndWith("trained on with: hone " + string.Format(null, command, path));
    }
}
