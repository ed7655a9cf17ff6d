using System.Text.Json.Nodes;
using Shouldly;
using Xunit;
using static Hone.Cli.Tests.DataSets.ScriptedEndpoint;

namespace Hone.Cli.Tests.DataSets;

public sealed class AugmentCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-augment-").FullName;

    string Target => Path.Combine(_folder, "more.jsonl");

    string Origins => Path.Combine(_folder, "more_origins.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void New_examples_follow_theirs_keep_their_label_and_are_marked()
    {
        string file = Write("train.jsonl", Chat("The movie was awful.", "negative"), Chat("电影很有趣，谢谢！", "positive"), Chat("42", "neutral"));

        CliRun run = Augment(file, "--times", "2");

        run.ExitCode.ShouldBe(0, run.Error);
        JsonNode[] rows = Rows(Target);
        rows.Select(LabelOf).ShouldBe(["negative", "negative", "negative", "positive", "positive", "positive", "neutral"]);
        Prompt(rows[0]).ShouldBe("The movie was awful.");
        rows.Select(Prompt).Distinct().Count().ShouldBe(7);
        Rows(Origins).Select(mark => (mark["line"]!.GetValue<int>(), mark["source_line"]!.GetValue<int>(), mark["method"]!.GetValue<string>())).ShouldBe([(2, 1, "synonym"), (3, 1, "synonym"), (5, 2, "synonym"), (6, 2, "synonym")]);
        run.Output.ShouldContain("3 examples and 4 new ones (synonym 4)");
        run.Output.ShouldContain("1 example was left alone: they could not be worded otherwise.");
    }

    [Fact]
    public void Everything_but_the_last_question_stays()
    {
        const string Line = """{"messages":[{"role":"system","content":"Solve the problem."},{"role":"user","content":"A big problem"},{"role":"assistant","content":"Which problem?"},{"role":"user","content":"The movie is awful"},{"role":"assistant","content":"I see.","weight":0.5}]}""";

        Augment(Write("train.jsonl", Line)).ExitCode.ShouldBe(0);

        string[] lines = File.ReadAllLines(Target);
        lines[0].ShouldBe(Line);
        string changed = Rows(Target)[1]["messages"]![3]!["content"]!.GetValue<string>();
        changed.ShouldNotBe("The movie is awful");
        lines[1].ShouldBe(Line.Replace("The movie is awful", changed));
    }

    [Fact]
    public void Prompts_and_preferences_are_augmented_and_what_all_prompts_share_stays()
    {
        string[] lines = [.. new[] { "awful", "delicious", "boring" }.Select(word => $$$"""{"prompt":"Is this movie good or big? It was {{{word}}}\n\n###\n\n","completion":" {{{word.Length}}}"}""")];

        Augment(Write("train.jsonl", lines)).ExitCode.ShouldBe(0);

        JsonNode[] rows = Rows(Target);
        rows.Length.ShouldBe(6);
        rows.ShouldAllBe(row => row["prompt"]!.GetValue<string>().StartsWith("Is this movie good or big? It was ") && row["prompt"]!.GetValue<string>().EndsWith("\n\n###\n\n"));
        rows[1]["completion"]!.GetValue<string>().ShouldBe(" 5");

        const string Preference = """{"input":{"messages":[{"role":"user","content":"an awful movie"}]},"preferred_output":[{"role":"assistant","content":"yes"}],"non_preferred_output":[{"role":"assistant","content":"no"}]}""";
        Augment(Write("p.jsonl", Preference), "--force").ExitCode.ShouldBe(0);
        Rows(Target)[1]["non_preferred_output"]![0]!["content"]!.GetValue<string>().ShouldBe("no");
        Rows(Target)[1]["input"]!["messages"]![0]!["content"]!.GetValue<string>().ShouldNotBe("an awful movie");
    }

    [Fact]
    public void The_seed_decides_and_methods_take_turns()
    {
        string file = Write("train.jsonl", [.. Enumerable.Range(1, 30).Select(i => Chat($"{i} we usually saw an awful lot of fresh vegetables in really dirty boxes {i}", $"a{i}"))]);

        string Written(string seed)
        {
            Augment(file, "--seed", seed, "--methods", "synonym,swap,delete", "--force").ExitCode.ShouldBe(0);
            return File.ReadAllText(Target) + File.ReadAllText(Origins);
        }

        Written("1").ShouldBe(Written("1"));
        Written("1").ShouldNotBe(Written("2"));
        Rows(Origins).CountBy(mark => mark["method"]!.GetValue<string>()).ShouldAllBe(method => method.Value == 10);
    }

    [Fact]
    public void Parts_of_a_split_are_not_augmented_and_their_prompts_are_not_made()
    {
        string file = Write("all.jsonl", [.. Enumerable.Range(0, 30).Select(i => Chat($"{(i % 2 == 0 ? "delicious" : "tasty")} dish {i / 2}", "x"))]);
        CliRun.Of("data", "split", file, "-o", Path.Combine(_folder, "all"), "--near", "0").ExitCode.ShouldBe(0);
        HashSet<string> heldOut = [.. new[] { "all_valid.jsonl", "all_test.jsonl" }.SelectMany(name => Rows(Path.Combine(_folder, name))).Select(Prompt)];

        CliRun test = Augment(Path.Combine(_folder, "all_test.jsonl"));
        CliRun insisting = Augment(Path.Combine(_folder, "all_valid.jsonl"), "--training");
        CliRun train = Augment(Path.Combine(_folder, "all_train.jsonl"));

        test.ExitCode.ShouldBe(1);
        test.Error.ShouldContain("is the test part of a split");
        insisting.ExitCode.ShouldBe(1);
        train.ExitCode.ShouldBe(0, train.Error);
        train.Output.ShouldContain("Kept out: the prompts of ");
        Rows(Target).Select(Prompt).ShouldAllBe(prompt => !heldOut.Contains(prompt));
        // Nor what stands in training already.
        Rows(Target).Select(Prompt).Distinct().Count().ShouldBe(Rows(Target).Length);
    }

    [Theory]
    [InlineData("x_valid.jsonl")]
    [InlineData("test.jsonl")]
    [InlineData("my.dev.jsonl")]
    [InlineData("评论测试集.jsonl")]
    public void A_name_of_evaluation_data_is_refused_unless_it_is_said_to_be_for_training(string name)
    {
        string file = Write(name, Chat("an awful movie", "x"));

        CliRun refused = Augment(file);
        CliRun accepted = Augment(file, "--training");

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("--training");
        accepted.ExitCode.ShouldBe(0, accepted.Error);
    }

    [Fact]
    public void Held_out_prompts_are_neither_augmented_nor_made()
    {
        string file = Write("train.jsonl", Chat("a film", "x"), Chat("a car", "x"));
        string heldOut = Write("other.jsonl", Chat("A movie.", "y"), Chat("a car", "y"));

        CliRun both = Augment(file, "--held-out", heldOut);
        CliRun itself = Augment(file, "--held-out", file);

        both.ExitCode.ShouldBe(1);
        both.Error.ShouldContain("Nothing could be worded otherwise in 2 examples");
        itself.ExitCode.ShouldBe(1);
        itself.Error.ShouldContain("is named as held out");
        File.Exists(Target).ShouldBeFalse();
    }

    [Fact]
    public void What_is_augmented_already_is_not_augmented_again()
    {
        Augment(Write("train.jsonl", Chat("an awful movie", "x"))).ExitCode.ShouldBe(0);

        CliRun again = CliRun.Of("data", "augment", Target, "-o", Path.Combine(_folder, "again.jsonl"));

        again.ExitCode.ShouldBe(1);
        again.Error.ShouldContain("holds augmented examples already");
    }

    [Fact]
    public void Some_answers_alone_can_be_chosen()
    {
        CliRun run = Augment(Write("train.jsonl", Chat("an awful movie", "rare"), Chat("an awful film", "common")), "--only", "rare", "--json");

        JsonNode report = Last(run);
        report["added"]!.GetValue<int>().ShouldBe(1);
        report["not_chosen"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public void A_table_of_ones_own_takes_the_place_of_the_built_in_one()
    {
        string table = Write("my.tsv", "套餐\t组合餐");

        Augment(Write("train.jsonl", Chat("这个套餐很好吃", "x"), Chat("an awful movie", "y")), "--synonyms", table).ExitCode.ShouldBe(0);

        Rows(Target).Select(Prompt).ShouldBe(["这个套餐很好吃", "这个组合餐很好吃", "an awful movie"]);
    }

    [Fact]
    public async Task A_model_paraphrases_and_what_it_loses_is_asked_for_again()
    {
        await using ScriptedEndpoint endpoint = new((count, request) => Answer.Text(LastMessage(request) switch
        {
            "Order 66 is late." => "The order has not come yet.", // It lost the number.
            "Give another wording than the original, and keep exactly as they are: 66" => "Order 66 has not come yet.",
            "Same as ever." => "same as ever",
            "Give another wording than the original." => "Unchanged.",
            string other => throw new InvalidOperationException(other),
        }));
        string file = Write("train.jsonl", Chat("Order 66 is late.", "late"), Chat("Same as ever.", "x"));

        CliRun run = Augment(file, "--methods", "paraphrase", "--endpoint", endpoint.Url, "--model", "m");

        run.ExitCode.ShouldBe(0, run.Error);
        Rows(Target).Select(Prompt).ShouldBe(["Order 66 is late.", "Order 66 has not come yet.", "Same as ever.", "Unchanged."]);
        Files().ShouldBe(["more.jsonl", "more_origins.jsonl", "train.jsonl"]);
    }

    [Fact]
    public async Task A_model_translates_there_and_back()
    {
        await using ScriptedEndpoint endpoint = new((_, request) =>
        {
            string task = request["messages"]![0]!["content"]!.GetValue<string>();
            return Answer.Text(task.Contains("翻译成英文") ? "The food is tasty." : task.Contains("翻译成中文") && LastMessage(request) == "The food is tasty." ? "饭菜很香。" : "?");
        });

        CliRun run = Augment(Write("train.jsonl", Chat("菜很好吃。", "好")), "--methods", "backtranslate", "--endpoint", endpoint.Url, "--model", "m");

        run.ExitCode.ShouldBe(0, run.Error);
        Rows(Target).Select(Prompt).ShouldBe(["菜很好吃。", "饭菜很香。"]);
        endpoint.Asked.ShouldBe(["菜很好吃。", "The food is tasty."]);
        run.Output.ShouldContain("20 tokens asked, 4 answered.");
    }

    [Fact]
    public void A_bad_row_leaves_nothing_behind()
    {
        CliRun run = Augment(Write("train.jsonl", Chat("an awful movie", "x"), "{"));

        run.ExitCode.ShouldBe(1);
        Files().ShouldBe(["train.jsonl"]);
    }

    [Fact]
    public void A_table_with_a_single_word_is_refused()
    {
        CliRun run = Augment(Write("train.jsonl", Chat("an awful movie", "x")), "--synonyms", Write("t.tsv", "one\ttwo", "three"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("t.tsv line 2 has the single word 'three'");
    }

    [Theory]
    [InlineData("There is no method 'magic'.", "--methods", "magic")]
    [InlineData("--methods must not be empty.", "--methods", "")]
    [InlineData("paraphrase asks a model: name it with --endpoint and --model.", "--methods", "paraphrase")]
    [InlineData("--endpoint and --model go together.", "--methods", "synonym", "--endpoint", "http://127.0.0.1:9")]
    [InlineData("--share must be more than 0, and at most 1.", "--share", "0")]
    [InlineData("--share 0,1: write a decimal point", "--share", "0,1")]
    [InlineData("--times must be from 1 to ", "--times", "0")]
    [InlineData("--seed must be from 0 to 18,446,744,073,709,551,615.", "--seed", "-1")]
    public void Misuse_is_refused(string problem, params string[] options)
    {
        CliRun run = Augment("train.jsonl", options);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith(problem);
    }

    CliRun Augment(string file, params string[] options) => CliRun.Of(["data", "augment", file, "-o", Target, .. options]);

    static string Chat(string user, string assistant) => $$"""{"messages":[{"role":"user","content":"{{user}}"},{"role":"assistant","content":"{{assistant}}"}]}""";

    static string Prompt(JsonNode row) => row["messages"]![0]!["content"]!.GetValue<string>();

    static string LabelOf(JsonNode row) => row["messages"]![1]!["content"]!.GetValue<string>();

    static JsonNode[] Rows(string path) => [.. File.ReadLines(path).Select(line => JsonNode.Parse(line)!)];

    static JsonNode Last(CliRun run) => JsonNode.Parse(run.Output.TrimEnd().Split('\n')[^1])!;

    string Write(string name, params string[] lines)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    string[] Files() => [.. Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
