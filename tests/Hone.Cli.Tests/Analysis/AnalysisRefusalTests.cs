using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Analysis;

public sealed class AnalysisRefusalTests : AnalysisTests
{
    [Theory]
    [InlineData("\"0.1,NaN\"", 1, "NaN", "cluster", "--k", "2")]
    [InlineData("\"[0.1,NaN,1]\"", 1, "NaN", "cluster", "--k", "2")]
    [InlineData("\"[1,2]\"", 1, "Line 14, column embedding", "outliers")]
    [InlineData("\"[0,0,0]\"", 1, "nothing but zeros", "diversity")]
    [InlineData("\"[1,1,1]\"", 1, "at most 13", "cluster", "--k", "14")]
    [InlineData("\"[1,1,1]\"", 2, "--k must be a number from 2 to 1,000", "cluster", "--k", "1")]
    [InlineData("\"[1,1,1]\"", 2, "--k must be a number from 2 to 1,000", "cluster", "--k", "1001")]
    [InlineData("\"[1,1,1]\"", 2, "--neighbours must be from 1 to 200", "outliers", "--neighbours", "201")]
    [InlineData("\"[1,1,1]\"", 1, "Ask for at most 12", "outliers", "--neighbours", "13")]
    [InlineData("\"[1,1,1]\"", 2, "-k must be from 1 to", "outliers", "-k", "0")]
    [InlineData("\"[1,1,1]\"", 2, "--count must be from 1 to", "outliers", "--count", "0")]
    [InlineData("\"[1,1,1]\"", 2, "-c must not be empty.", "outliers", "-c", "")]
    [InlineData("\"[1,1,1]\"", 2, "--smallest must be from 1 to 1,000", "cluster", "--density", "--smallest", "1001")]
    [InlineData("\"[1,1,1]\"", 2, "Leave --k out", "cluster", "--k", "3", "--density")]
    [InlineData("\"[1,1,1]\"", 1, "has no column none. It has: id, text, kind", "classify", "--label", "none")]
    [InlineData("\"[1,1,1]\"", 1, "these are no classes", "classify", "--label", "id")]
    [InlineData("\"[1,1,1]\"", 1, "The class x has one row", "classify", "--label", "kind")]
    [InlineData("\"[1,1,1]\"", 2, "Name the column of the classes", "classify")]
    [InlineData("\"[1,1,1]\"", 2, "--classes goes with", "classify", "--label", "kind", "--classes", "a,b")]
    [InlineData("\"[1,1,1]\"", 1, "There is no row 99. Give a number from 1 to 13", "recommend", "--item", "99")]
    [InlineData("\"[1,1,1]\"", 1, "No row has r99", "recommend", "--item", "r99", "--id", "id")]
    [InlineData("\"[1,1,1]\"", 2, "Say what is liked", "recommend")]
    [InlineData("\"[1,1,1]\"", 2, "which says the format", "cluster", "--out", "x.xlsx")]
    [InlineData("\"[1,1,1]\"", 2, "end the name with .html", "cluster", "--plot", "x.png")]
    [InlineData("\"[1,1,1]\"", 1, "are of other models", "search", "dog", "--column", "text", "--model", "hone-embed")]
    public void What_cannot_be_analysed_is_refused_with_the_reason(string vector, int code, string reason, string command, params string[] options)
    {
        string file = Vectors();
        File.AppendAllText(file, $"r12,odd,x,{vector}\n");

        // The vectors of this file are shorter than the model's, which would be cut to them.
        CliRun run = reason.Contains("other models", StringComparison.Ordinal) ? SearchWide() : CliRun.Of([command, file, .. options]);

        run.ExitCode.ShouldBe(code, run.Output);
        run.Error.ShouldContain(reason);
        Directory.GetFiles(Folder).Length.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public void One_class_and_files_without_vectors_are_refused()
    {
        string file = Vectors();
        File.WriteAllText(PathOf("one.csv"), "kind,embedding\na,\"[1,0]\"\na,\"[0,1]\"\n");

        CliRun.Of("classify", PathOf("one.csv"), "--label", "kind").Error.ShouldContain("All rows have the label a");
        CliRun.Of("cluster", Texts()).Error.ShouldContain("holds no vectors. Name the column with the texts to embed: --column text\n");
        File.WriteAllText(PathOf("two.jsonl"), """{"e1":[1,0],"e2":[0,1]}""" + "\n");
        CliRun.Of("diversity", PathOf("two.jsonl")).Error.ShouldContain("in several columns: e1, e2. Name one with --vectors, or call it embedding.");
        File.WriteAllText(PathOf("empty.csv"), "");
        CliRun.Of("cluster", PathOf("empty.csv")).ExitCode.ShouldBe(1);
        CliRun.Of("cluster", file, "--out", file).Error.ShouldContain("is the file that is read");
        File.WriteAllText(PathOf("there.csv"), "x");
        CliRun.Of("cluster", file, "--out", PathOf("there.csv")).Error.ShouldContain("exists already");
    }

    [Theory]
    [InlineData("--method forest", "--method forest is none of: knn, logistic, description.")]
    [InlineData("--method 1", "--method 1 is none of: knn, logistic, description.")]
    [InlineData("--too-long cut", "--too-long cut is none of: error, window, truncate.")]
    public void A_word_that_is_no_choice_is_refused_with_the_choices(string option, string reason)
    {
        string[] command = ["classify", Vectors(), "--label", "kind", .. option.Split(' ')];

        CliRun run = CliRun.Of(command);
        CliRun chinese = CliRun.Of([.. command, "--lang", "zh"]);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(reason);
        chinese.ExitCode.ShouldBe(2);
        chinese.Error.ShouldContain("不在可用的值之中");
    }

    [Fact]
    public void Texts_and_labels_steer_no_terminal()
    {
        File.WriteAllLines(PathOf("e.jsonl"), [.. Enumerable.Range(0, 8).Select(i => $$"""{"text":"a\u001b[2Jb{{i}}","kind":"k\u001b[2J{{i % 2}}","embedding":[{{i % 2}},1]}""")]);

        foreach (string[] command in (string[][])[["cluster", "--k", "2"], ["outliers"], ["recommend", "--item", "1"], ["classify", "--label", "kind", "--folds", "2"]])
        {
            CliRun run = CliRun.Of([command[0], PathOf("e.jsonl"), .. command[1..]]);

            run.ExitCode.ShouldBe(0, run.Error);
            run.Output.ShouldNotContain('\u001b');
        }
    }

    CliRun SearchWide()
    {
        File.WriteAllText(PathOf("wide.jsonl"), $$"""{"text":"a","embedding":[{{string.Join(',', Enumerable.Repeat("1", 300))}}]}""" + "\n");
        return CliRun.Of("search", PathOf("wide.jsonl"), "dog");
    }
}
