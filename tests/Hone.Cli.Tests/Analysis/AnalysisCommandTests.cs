using System.Text.Json.Nodes;
using Hone.Data.Vectors;
using Hone.Server.Models;
using Hone.Server.Storage;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Analysis;

public sealed class AnalysisCommandTests : IDisposable
{
    static readonly string[] Coffee = ["The coffee tastes bitter", "A strong dark coffee", "I drink coffee every morning", "Fresh coffee from the mill", "This coffee is too weak", "Iced coffee in summer"];
    static readonly string[] Dogs = ["My dog likes to run", "The dog barks at night", "A small dog and a big dog", "Walking the dog in the park", "The old dog sleeps", "Her dog eats a lot"];

    readonly string _folder = Directory.CreateTempSubdirectory("hone-analysis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
        string file = Vectors();

        CliRun assumed = CliRun.Of("search", file, "dog");
        CliRun named = CliRun.Of("search", file, "dog", "--model", "hone-embed");

        assumed.Output.ShouldContain("does not say which model its vectors are of: hone-embed is taken");
        named.ExitCode.ShouldBe(0);
        named.Output.ShouldNotContain("does not say");
    }

    [Fact]
    public void Rows_to_classify_are_embedded_like_the_known_ones()
    {
        string known = PathOf("known.csv");
        CliRun.Of("embed", Texts(), "--column", "text", "--dimensions", "64", "--out", known).ExitCode.ShouldBe(0);
        CliRun.Of("embed", Texts(), "--column", "text", "--dimensions", "64", "--model", OtherModel(), "--out", PathOf("other.csv")).ExitCode.ShouldBe(0);

        CliRun run = CliRun.Of("classify", known, "--label", "kind", "--test", Texts(), "--column", "text", "--json");
        CliRun other = CliRun.Of("classify", known, "--label", "kind", "--test", PathOf("other.csv"));

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["scores"]!["accuracy"]!.GetValue<double>().ShouldBe(1);
        other.ExitCode.ShouldBe(1);
        other.Error.ShouldContain("Embed both with one model");
    }

    [Theory]
    [InlineData("classify", "none", "has no column none. It has: id, text, kind")]
    [InlineData("cluster", "none", "has no column none. It has: id, text, kind")]
    [InlineData("classify", "id", "these are no classes")]
    public void Labels_are_looked_at_before_anything_is_embedded(string command, string label, string reason)
    {
        CliRun run = CliRun.Of(command, Texts(), "--column", "text", "--label", label);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(reason);
        Directory.GetFiles(_folder).ShouldBe([PathOf("texts.csv")]);
    }

    [Fact]
    public void Clusters_are_written_beside_their_rows_and_drawn()
    {
        string file = Vectors();

        CliRun run = CliRun.Of("cluster", file, "--k", "2", "--label", "kind", "--out", PathOf("out.csv"), "--plot", PathOf("map.html"));

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("12 rows in 2 groups, 0 in none.");
        run.Output.ShouldContain("adjusted Rand index");
        run.Output.ShouldContain("1.000");
        string[] lines = File.ReadAllLines(PathOf("out.csv"));
        lines[0].ShouldBe("id,text,kind,cluster,cluster_label");
        lines.Length.ShouldBe(13);
        string page = File.ReadAllText(PathOf("map.html"));
        page.ShouldContain("<svg class=\"map\"");
        page.ShouldContain("Walking the dog in the park");
        page.ShouldContain("<title>row 12 ");
        page.ShouldNotContain("<script");
    }

    [Fact]
    public void The_number_of_clusters_is_suggested_by_silhouettes()
    {
        CliRun run = CliRun.Of("cluster", Vectors(), "--json");

        Last(run)["clusters"]!.AsArray().Count.ShouldBe(2);
        Last(run)["tried"]!.AsArray().Count.ShouldBeGreaterThan(5);
        Last(run)["silhouette"]!.GetValue<double>().ShouldBeGreaterThan(0.8);
        Last(run)["clusters"]![0]!["words"]!.AsArray()[0]!.GetValue<string>().ShouldBeOneOf("coffee", "dog");
    }

    [Fact]
    public void Density_leaves_what_lies_between_in_no_cluster()
    {
        CliRun run = CliRun.Of("cluster", Vectors([-1, -1, 0]), "--density", "--smallest", "3", "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["clusters"]!.AsArray().Count.ShouldBe(2);
        Last(run)["assignments"]!.AsArray()[^1]!.GetValue<int>().ShouldBe(-1);
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

    /// <summary>What the first row of the only table has under "row".</summary>
    static string RowShown(CliRun run)
    {
        string[][] table = [.. run.Output.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).SkipWhile(cells => !(cells.Contains("row") && cells.Contains("text")))];
        return table[1][Array.IndexOf(table[0], "row")];
    }

    [Fact]
    public void A_row_unlike_the_others_is_an_outlier()
    {
        CliRun run = CliRun.Of("outliers", Vectors([-1, 0.3f, 0.5f]), "--neighbours", "4", "--json", "-o", PathOf("out.jsonl"));

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["scores"]!.AsArray().MaxBy(score => score!["factor"]!.GetValue<double>())!["index"]!.GetValue<int>().ShouldBe(12);
        File.ReadAllLines(PathOf("out.jsonl"))[12].ShouldContain("\"is_outlier\":true");
    }

    [Fact]
    public void Diversity_counts_topics_and_pairs()
    {
        CliRun run = CliRun.Of("diversity", Vectors(), "--json", "--plot", PathOf("map.html"));

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["effective_topics"]!.GetValue<double>().ShouldBe(2, 1e-9);
        Last(run)["distances"]!["pairs"]!.GetValue<int>().ShouldBe(66);
        Last(run)["vendi_score"]!.GetValue<double>().ShouldBeInRange(1.9, 3);
    }

    [Fact]
    public void Nothing_found_is_said_with_what_to_do_and_without_a_list()
    {
        string file = PathOf("even.jsonl");
        File.WriteAllLines(file, [.. Enumerable.Range(0, 12).Select(i => FormattableString.Invariant($$"""{"text":"t{{i}}","embedding":[{{Math.Cos(i * Math.PI / 6)}},{{Math.Sin(i * Math.PI / 6)}}]}"""))]);

        CliRun density = CliRun.Of("cluster", file, "--density", "--smallest", "6");
        CliRun outliers = CliRun.Of("outliers", file, "--neighbours", "2");

        density.ExitCode.ShouldBe(0, density.Error);
        density.Output.ShouldContain("12 rows in 0 groups");
        density.Output.ShouldContain("--smallest 3");
        density.Output.ShouldNotContain("most typical row");
        outliers.Output.ShouldContain("0 of 12 rows");
        outliers.Output.ShouldContain("The oddest is row ");
        outliers.Output.ShouldNotContain("t0");
    }

    [Theory]
    [InlineData("knn"), InlineData("logistic")]
    public void Classes_are_learned_from_the_other_rows(string method)
    {
        CliRun run = CliRun.Of("classify", Vectors(), "--label", "kind", "--method", method, "--folds", "3", "--json", "--plot", PathOf("map.html"));

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["scores"]!["accuracy"]!.GetValue<double>().ShouldBe(1);
        Last(run)["folds"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public void Other_rows_are_classified_with_or_without_labels()
    {
        string file = Vectors();
        File.WriteAllText(PathOf("test.jsonl"), """{"name":"x","embedding":[0.9,0.1,0]}""" + "\n");

        CliRun run = CliRun.Of("classify", file, "--label", "kind", "--test", PathOf("test.jsonl"), "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["predictions"]![0]!["label"]!.GetValue<string>().ShouldBe("coffee");
        Last(run)["scores"].ShouldBeNull();
    }

    [Fact]
    public void A_label_that_is_none_of_the_classes_is_named_with_its_line()
    {
        string file = Vectors();
        File.WriteAllText(PathOf("test.jsonl"), """{"kind":"dog","embedding":[0.9,0.1,0]}""" + "\n" + """{"kind":"cat","embedding":[0.9,0.1,0]}""" + "\n");

        CliRun tested = CliRun.Of("classify", file, "--label", "kind", "--test", PathOf("test.jsonl"));
        CliRun described = CliRun.Of("classify", file, "--label", "kind", "--method", "description", "--classes", "coffee,tea");

        tested.ExitCode.ShouldBe(1);
        tested.Error.ShouldContain("Line 2 has the label cat, which is none of the classes: coffee, dog");
        described.ExitCode.ShouldBe(1);
        described.Error.ShouldContain("Line 8 has the label dog, which is none of the classes: coffee, tea");
    }

    [Fact]
    public void Classes_without_examples_are_told_apart_by_their_descriptions()
    {
        CliRun run = CliRun.Of("classify", Texts(), "--column", "text", "--label", "kind", "--method", "description", "--classes", $"coffee={Coffee[0]}", "--classes", $"dog={Dogs[1]}", "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["predictions"]![0]!["label"]!.GetValue<string>().ShouldBe("coffee");
        Last(run)["predictions"]![7]!["label"]!.GetValue<string>().ShouldBe("dog");
        Last(run)["scores"]!["rows"]!.GetValue<int>().ShouldBe(12);
    }

    [Fact]
    public void Without_labels_the_rows_of_each_class_and_some_of_them_are_shown()
    {
        CliRun run = CliRun.Of("classify", Texts(), "--column", "text", "--method", "description", "--classes", $"coffee={Coffee[0]}", "--classes", $"dog={Dogs[1]}");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("12 rows classified");
        run.Output.ShouldContain(Coffee[0]);
        run.Output.ShouldContain("--out FILE writes the class of every row.");
    }

    [Fact]
    public void Vectors_alone_are_analysed_too()
    {
        using (var writer = VectorWriter.Create(PathOf("v.npy"), [], 2))
        {
            foreach (float[] vector in (float[][])[[1, 0], [0.9f, 0.1f], [0, 1], [0.1f, 0.9f]])
                writer.Write(System.Text.Json.JsonElement.Parse("{}"), vector);
            writer.Keep();
        }

        CliRun run = CliRun.Of("cluster", PathOf("v.npy"), "--k", "2", "--out", PathOf("out.csv"), "--plot", PathOf("map.html"));

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(PathOf("out.csv")).Length.ShouldBe(5);
        File.ReadAllText(PathOf("map.html")).ShouldContain("too few rows for a map");
        CliRun.Of("cluster", PathOf("v.npy"), "--column", "text").Error.ShouldContain("holds vectors alone, without texts");
    }

    [Fact]
    public void Rows_that_say_the_same_go_but_not_under_other_instructions()
    {
        static string Chat(string system, string user) => $$"""{"messages":[{"role":"system","content":"{{system}}"},{"role":"user","content":"{{user}}"},{"role":"assistant","content":"ok"}]}""";
        File.WriteAllLines(PathOf("d.jsonl"), [Chat("s", Coffee[0]), Chat("s", Coffee[0].ToUpperInvariant()), Chat("s", Dogs[1]), Chat("t", Coffee[0])]);

        CliRun run = CliRun.Of("data", "dedupe", PathOf("d.jsonl"), "--by", "prompt", "--semantic", "0.2", "-o", PathOf("out.jsonl"), "--dropped", PathOf("dropped.jsonl"), "--json");
        CliRun same = CliRun.Of("data", "dedupe", PathOf("d.jsonl"), "--by", "prompt", "--semantic", "-o", PathOf("same.jsonl"), "--json");
        CliRun both = CliRun.Of("data", "dedupe", PathOf("d.jsonl"), "--semantic", "--near");

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(PathOf("out.jsonl"))[^1].ShouldContain("\"t\"");
        Last(run)["dropped"]!.GetValue<int>().ShouldBeGreaterThan(0);
        Last(run)["near"]!.GetValue<int>().ShouldBe(Last(run)["dropped"]!.GetValue<int>());
        File.ReadAllLines(PathOf("dropped.jsonl")).Length.ShouldBe(Last(run)["dropped"]!.GetValue<int>());
        Last(run)["kept"]!.GetValue<int>().ShouldBeLessThanOrEqualTo(Last(same)["kept"]!.GetValue<int>());
        both.ExitCode.ShouldBe(2);
        Lines(same).First(line => line["cached"] is not null)["cached"]!.GetValue<int>().ShouldBe(4);
    }

    [Fact]
    public void Semantic_repeats_say_how_many_texts_were_read_in_windows()
    {
        File.WriteAllLines(PathOf("d.jsonl"), [.. Enumerable.Range(0, 3).Select(i => $$"""{"prompt":"{{string.Concat(Enumerable.Repeat("many words here ", i * 100))}}","completion":"a{{i}}"}""")]);

        CliRun run = CliRun.Of("data", "dedupe", PathOf("d.jsonl"), "--semantic", "-o", PathOf("out.jsonl"), "--cache", PathOf("c"));

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("2 texts are longer than the 128 tokens that the model reads at once");
        File.Exists(PathOf("c")).ShouldBeTrue();
        CliRun.Of("data", "dedupe", PathOf("d.jsonl"), "--cache", PathOf("c"), "-o", PathOf("o")).ExitCode.ShouldBe(2);
    }

    [Theory]
    [InlineData("\"0.1,NaN\"", 1, "NaN", "cluster", "--k", "2")]
    [InlineData("\"[0.1,NaN,1]\"", 1, "NaN", "cluster", "--k", "2")]
    [InlineData("\"[1,2]\"", 1, "Line 14, column embedding", "outliers")]
    [InlineData("\"[0,0,0]\"", 1, "nothing but zeros", "diversity")]
    [InlineData("\"[1,1,1]\"", 1, "at most 13", "cluster", "--k", "14")]
    [InlineData("\"[1,1,1]\"", 2, "--k must be a number from 2 to 1,000", "cluster", "--k", "1")]
    [InlineData("\"[1,1,1]\"", 2, "--k must be a number from 2 to 1,000", "cluster", "--k", "1001")]
    [InlineData("\"[1,1,1]\"", 2, "--neighbours must be from 1 to 200", "outliers", "--neighbours", "201")]
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
    [InlineData("\"[1,1,1]\"", 1, "are of other models", "search", "dog", "--column", "text", "--model", "hone-embed")]
    public void What_cannot_be_analysed_is_refused_with_the_reason(string vector, int code, string reason, string command, params string[] options)
    {
        string file = Vectors();
        File.AppendAllText(file, $"r12,odd,x,{vector}\n");

        // The vectors of this file are shorter than the model's, which would be cut to them.
        CliRun run = reason.Contains("other models", StringComparison.Ordinal) ? SearchWide() : CliRun.Of([command, file, .. options]);

        run.ExitCode.ShouldBe(code, run.Output);
        run.Error.ShouldContain(reason);
        Directory.GetFiles(_folder).Length.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public void One_class_and_files_without_vectors_are_refused()
    {
        string file = Vectors();
        File.WriteAllText(PathOf("one.csv"), "kind,embedding\na,\"[1,0]\"\na,\"[0,1]\"\n");

        CliRun.Of("classify", PathOf("one.csv"), "--label", "kind").Error.ShouldContain("All rows have the label a");
        CliRun.Of("cluster", Texts()).Error.ShouldContain("holds no vectors. Name the column with the texts to embed: --column text\n");
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

    /// <summary>The built-in model with one other weight: a different one to all who compare.</summary>
    string OtherModel()
    {
        string folder = PathOf("other-model");
        string builtIn = new ModelRegistry(new DataFolder(_folder)).Find("hone-embed").Folder;
        foreach (string file in Directory.GetFiles(builtIn, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(builtIn, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
        using FileStream weights = File.OpenWrite(Path.Combine(folder, "model.safetensors"));
        weights.Position = weights.Length - 2;
        weights.Write([0, 0]);
        return folder;
    }

    string PathOf(string name) => Path.Combine(_folder, name);

    string Texts()
    {
        string path = PathOf("texts.csv");
        File.WriteAllLines(path, ["id,text,kind", .. Coffee.Select((text, i) => $"r{i},{text},coffee"), .. Dogs.Select((text, i) => $"r{i + 6},{text},dog")]);
        return path;
    }

    /// <summary>Six vectors near one axis and six near another, and one more.</summary>
    string Vectors(float[]? odd = null)
    {
        string path = PathOf("vectors.csv");
        string Row(string text, int i, string kind, bool isFirst) => FormattableString.Invariant($"r{i},{text},{kind},\"[{(isFirst ? 1 : 0.02 * i)}, {(isFirst ? 0.03 * i : 1)}, {0.01 * (i % 3)}]\"");
        File.WriteAllLines(path, ["id,text,kind,embedding", .. Coffee.Select((text, i) => Row(text, i, "coffee", true)), .. Dogs.Select((text, i) => Row(text, i + 6, "dog", false))]);
        if (odd is not null)
            File.AppendAllText(path, FormattableString.Invariant($"r12,odd,x,\"[{odd[0]}, {odd[1]}, {odd[2]}]\"\n"));
        return path;
    }

    static JsonNode[] Lines(CliRun run) => [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    static JsonNode Last(CliRun run) => Lines(run)[^1];

    static int[] Rows(CliRun run) => [.. Last(run)["matches"]!.AsArray().Select(match => match!["index"]!.GetValue<int>())];
}
