using System.Text.Json.Nodes;
using Hone.Data.Vectors;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Analysis;

public sealed class SearchCommandTests : AnalysisTests
{
    [Fact]
    public void Texts_are_embedded_once_and_found_by_meaning()
    {
        string file = Texts();

        CliRun first = CliRun.Of("search", file, Dogs[1], "--column", "text", "-k", "3", "--json");
        CliRun again = CliRun.Of("search", file, Dogs[1], "--column", "text", "-k", "3", "--json");

        first.ExitCode.ShouldBe(0, first.Error);
        JsonNode[] matches = [.. Last(first)["matches"]!.AsArray().Select(match => match!)];
        matches.Length.ShouldBe(3);
        matches[0]["text"]!.GetValue<string>().ShouldBe(Dogs[1]);
        matches[0]["similarity"]!.GetValue<double>().ShouldBe(1, 1e-5);
        matches.Select(match => match["similarity"]!.GetValue<double>()).ShouldBeInOrder(SortDirection.Descending);
        Lines(first).First(line => line["cached"] is not null)["cached"]!.GetValue<int>().ShouldBe(0);
        Lines(again).First(line => line["cached"] is not null)["cached"]!.GetValue<int>().ShouldBe(12);
        Last(again).ToJsonString().ShouldBe(Last(first).ToJsonString());
    }

    [Theory]
    [InlineData("v.csv"), InlineData("v.jsonl"), InlineData("v.npy")]
    public void What_is_looked_for_is_embedded_by_the_model_of_the_file(string name)
    {
        string other = OtherModel();
        CliRun.Of("embed", Texts(), "--column", "text", "--model", other, "--dimensions", "128", "--out", PathOf(name)).ExitCode.ShouldBe(0);

        CliRun run = CliRun.Of("search", PathOf(name), Dogs[1], "-k", "1", "--json");
        CliRun wrong = CliRun.Of("search", PathOf(name), Dogs[1], "--model", "hone-embed");
        CliRun wrongClasses = CliRun.Of("classify", PathOf(name), "--method", "description", "--classes", "a,b", "--model", "hone-embed");
        Directory.Delete(other, recursive: true);
        CliRun missing = CliRun.Of("search", PathOf(name), Dogs[1]);

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["matches"]![0]!["similarity"]!.GetValue<double>().ShouldBe(1, 1e-5);
        run.Output.ShouldNotContain("does not say");
        wrong.ExitCode.ShouldBe(1);
        wrong.Error.ShouldContain($"are of {other}@");
        wrong.Error.ShouldContain("and --model is hone-embed@");
        wrongClasses.Error.ShouldContain("vectors of two models cannot be compared");
        missing.ExitCode.ShouldBe(1);
        missing.Error.ShouldContain("which is not here");
    }

    [Fact]
    public void A_file_that_does_not_say_its_model_is_searched_with_a_notice()
    {
        string file = VectorsOf(64);

        CliRun assumed = CliRun.Of("search", file, "dog");
        CliRun named = CliRun.Of("search", file, "dog", "--model", "hone-embed");

        assumed.Output.ShouldContain("does not say which model its vectors are of: hone-embed is taken");
        assumed.Output.ShouldContain("Vectors of a service, such as OpenAI's, are of no model here.");
        named.ExitCode.ShouldBe(0);
        named.Output.ShouldNotContain("does not say");
    }

    [Theory]
    [InlineData("search", "dog")]
    [InlineData("classify", "--method", "description", "--classes", "a,b")]
    [InlineData("classify", "--label", "kind", "--test", "texts.csv", "--column", "text")]
    public void A_name_that_stands_for_another_model_is_refused_for_vectors_that_do_not_say_theirs(params string[] command)
    {
        string[] vectors = [command[0], VectorsOf(256), .. command[1..].Select(word => word == "texts.csv" ? Texts() : word)];

        CliRun run = CliRun.Of([.. vectors, "--model", "text-embedding-3-small"]);
        CliRun chinese = CliRun.Of([.. vectors, "--model", "text-embedding-3-small", "--lang", "zh"]);

        run.ExitCode.ShouldBe(1, run.Output);
        run.Error.ShouldContain("text-embedding-3-small stands for hone-embed here");
        run.Error.ShouldContain("give --model hone-embed; if not, embed the file again");
        chinese.Error.ShouldContain("text-embedding-3-small 在此代表 hone-embed");
    }

    [Fact]
    public void A_name_that_stands_for_another_model_is_said_and_good_for_vectors_of_that_one()
    {
        CliRun embedded = CliRun.Of("embed", Texts(), "--column", "text", "--model", "text-embedding-3-small", "--out", PathOf("v.csv"));
        CliRun searched = CliRun.Of("search", PathOf("v.csv"), Dogs[0], "--model", "text-embedding-3-small");

        embedded.ExitCode.ShouldBe(0, embedded.Error);
        embedded.Output.ShouldContain("text-embedding-3-small stands for hone-embed here");
        searched.ExitCode.ShouldBe(0, searched.Error);
        searched.Output.ShouldContain("text-embedding-3-small stands for hone-embed here");
    }

    [Theory]
    [InlineData(2, false), InlineData(63, false), InlineData(64, true), InlineData(128, true), InlineData(256, true)]
    public void Vectors_that_do_not_say_their_model_have_a_length_of_those_that_it_was_trained_for(int length, bool isTaken)
    {
        CliRun run = CliRun.Of("search", VectorsOf(length), "dog", "--model", "hone-embed");

        run.ExitCode.ShouldBe(isTaken ? 0 : 1, run.Error);
        if (!isTaken)
            run.Error.ShouldContain($"The vectors have {length} numbers and do not say their model, and those of hone-embed have 256 or 128 or 64");
    }

    [Fact]
    public void A_long_query_is_read_as_long_texts_are()
    {
        string file = PathOf("v.csv");
        string query = string.Join(' ', Enumerable.Repeat(Dogs[1], 60));
        CliRun.Of("embed", Texts(), "--column", "text", "--out", file).ExitCode.ShouldBe(0);

        CliRun refused = CliRun.Of("search", file, query);
        CliRun chinese = CliRun.Of("search", file, query, "--lang", "zh");
        CliRun described = CliRun.Of("classify", file, "--method", "description", "--classes", $"a={query}", "--classes", "b");
        CliRun run = CliRun.Of("search", file, query, "--too-long", "window", "-k", "1", "--json");

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldStartWith("The query has ");
        refused.Error.ShouldContain("or give --too-long window (the mean of its parts) or --too-long truncate (its beginning).");
        chinese.Error.ShouldStartWith("查询有 ");
        described.Error.ShouldStartWith("The description of a has ");
        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["matches"]![0]!["text"]!.GetValue<string>().ShouldBe(Dogs[1]);
    }

    [Fact]
    public void Rows_like_others_are_recommended_by_number_id_and_history()
    {
        string file = Vectors();
        File.WriteAllText(PathOf("liked.txt"), "r8\nr9\n");

        CliRun byNumber = CliRun.Of("recommend", file, "--item", "1", "-k", "5", "--json");
        CliRun byId = CliRun.Of("recommend", file, "--item", "r0", "--id", "id", "-k", "5", "--json");
        CliRun byHistory = CliRun.Of("recommend", file, "--history", PathOf("liked.txt"), "--id", "id", "-k", "4", "--json");

        Rows(byNumber).Order().ShouldBe([1, 2, 3, 4, 5]);
        Rows(byId).ShouldBe(Rows(byNumber));
        Rows(byHistory).Order().ShouldBe([6, 7, 10, 11]);
    }

    [Theory]
    [InlineData("v.csv"), InlineData("v.json"), InlineData("v.jsonl"), InlineData("v.npy")]
    public void A_row_has_one_number_in_all_formats_and_commands(string name)
    {
        using (var writer = VectorWriter.Create(PathOf(name), ["text"], 2))
        {
            foreach (float[] vector in (float[][])[[1, 0], [0.9f, 0.1f], [0, 1], [0.1f, 0.9f], [-1, 0.3f]])
                writer.Write(System.Text.Json.JsonElement.Parse("""{"text":"two\nlines"}"""), vector);
            writer.Keep();
        }
        if (name == "v.json")
            File.WriteAllText(PathOf(name), File.ReadAllText(PathOf(name)).Replace("\n", "", StringComparison.Ordinal));

        CliRun recommended = CliRun.Of("recommend", PathOf(name), "--item", "2", "-k", "1");
        CliRun outlier = CliRun.Of("outliers", PathOf(name), "--neighbours", "1", "-k", "1");

        recommended.Output.ShouldContain("\nrow 2: ");
        RowShown(recommended).ShouldBe("1");
        RowShown(outlier).ShouldBe("5");
    }

    /// <summary>Four vectors of a length, whose model is not known.</summary>
    string VectorsOf(int length)
    {
        string path = PathOf("unknown.jsonl");
        File.WriteAllLines(path, [.. Enumerable.Range(0, 4).Select(i => $$"""{"text":"t{{i}}","kind":"{{(i < 2 ? "coffee" : "dog")}}","embedding":[{{string.Join(',', Enumerable.Range(0, length).Select(j => (j % 2) == (i % 2) ? 1 : 0))}}]}""")]);
        return path;
    }

    /// <summary>What the first row of the only table has under "row".</summary>
    static string RowShown(CliRun run)
    {
        string[][] table = [.. run.Output.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).SkipWhile(cells => !(cells.Contains("row") && cells.Contains("text")))];
        return table[1][Array.IndexOf(table[0], "row")];
    }

    static int[] Rows(CliRun run) => [.. Last(run)["matches"]!.AsArray().Select(match => match!["index"]!.GetValue<int>())];
}
