using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

public sealed class SplitCommandTests : IDisposable
{
    static readonly string[] Endings = ["_train.jsonl", "_valid.jsonl", "_test.jsonl"];

    readonly string _folder = Directory.CreateTempSubdirectory("hone-split-").FullName;

    string Start => Path.Combine(_folder, "parts");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_row_is_in_one_file_as_it_was_and_classes_have_their_shares()
    {
        string[] lines = [.. Enumerable.Range(0, 100).Select(i => $$"""{"messages":[{"role":"user","content":"好吃{{i * i}}吗 {{i}}"},{"role":"assistant","content":"{{(i % 4 == 0 ? "差" : "好")}}"}]}""")];
        string file = Write("reviews.jsonl", lines);

        CliRun run = Split(file);

        run.ExitCode.ShouldBe(0, run.Error);
        string[][] parts = [.. Endings.Select(ending => File.ReadAllLines(Start + ending))];
        parts.SelectMany(part => part).Order(StringComparer.Ordinal).ShouldBe(lines.Order(StringComparer.Ordinal));
        parts.Select(part => part.Count(line => line.Contains('差'))).ShouldBe([20, 2, 3], ignoreOrder: true);
        parts.Select(part => part.Length).ShouldBe([80, 10, 10]);
        parts[0].ShouldBe(lines.Intersect(parts[0]));
        run.Output.ShouldContain("parts_train.jsonl: 80 rows (80.0 %)");
        run.Output.ShouldContain("CLASS  train  valid  test\n好     60 ");
        JsonNode record = JsonNode.Parse(File.ReadAllText(Start + "_split.json"))!;
        record["parts"]!["test"]!["file"]!.GetValue<string>().ShouldBe("parts_test.jsonl");
        record["source"]!.GetValue<string>().ShouldBe("reviews.jsonl");
    }

    [Fact]
    public void A_table_becomes_training_lines_or_keeps_its_columns()
    {
        string file = Write("t.csv", ["text,label,owner", .. Enumerable.Range(0, 40).Select(i => $"text number {i * 37},{(i % 2 == 0 ? "a" : "b")},o{i % 10}")]);

        Split(file, "--group", "owner").ExitCode.ShouldBe(0);
        string mapped = File.ReadLines(Start + "_train.jsonl").First();
        Split(file, "--group", "owner", "--as-is", "--force").ExitCode.ShouldBe(0);
        string[][] parts = [.. Endings.Select(ending => File.ReadAllLines(Start + ending))];

        mapped.ShouldStartWith("""{"messages":[{"role":"user","content":"text number """);
        parts[0][0].ShouldStartWith("""{"text":"text number """);
        string[][] owners = [.. parts.Select(part => part.Select(line => JsonNode.Parse(line)!["owner"]!.GetValue<string>()).Distinct().ToArray())];
        owners.SelectMany(each => each).Count().ShouldBe(10);
        owners.Select(each => each.Length).ShouldBe([8, 1, 1]);
    }

    [Fact]
    public void By_time_the_newest_are_for_the_test()
    {
        string file = Write("t.csv", ["day,question,answer", .. Enumerable.Range(0, 20).Select(i => $"2026-01-{20 - i:00},why {i * i} {i},because")]);

        Split(file, "--time", "day", "--as-is").ExitCode.ShouldBe(0);

        File.ReadAllText(Start + "_test.jsonl").ShouldBe("{\"day\":\"2026-01-20\",\"question\":\"why 0 0\",\"answer\":\"because\"}\n{\"day\":\"2026-01-19\",\"question\":\"why 1 1\",\"answer\":\"because\"}\n");
    }

    [Fact]
    public void Without_a_test_part_there_is_no_test_file()
    {
        CliRun run = Split(Examples(), "--test", "0", "--json");

        JsonNode report = JsonNode.Parse(run.Output.TrimEnd().Split('\n')[^1])!;
        report["parts"]!["train"]!["rows"]!.GetValue<int>().ShouldBe(18);
        report["parts"]!.AsObject().Count.ShouldBe(2);
        Files().ShouldBe(["parts_split.json", "parts_train.jsonl", "parts_valid.jsonl", "twenty.jsonl"]);
    }

    [Fact]
    public void A_folder_takes_the_files_under_the_name_of_the_input()
    {
        string folder = Path.Combine(_folder, "new") + Path.DirectorySeparatorChar;

        CliRun.Of("data", "split", Examples(), "--output", folder).ExitCode.ShouldBe(0);

        Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ShouldBe(["twenty_split.json", "twenty_test.jsonl", "twenty_train.jsonl", "twenty_valid.jsonl"]);
    }

    [Fact]
    public void What_is_there_is_not_replaced_unless_it_is_wished()
    {
        string file = Examples();
        File.WriteAllText(Start + "_test.jsonl", "mine");

        CliRun refused = Split(file);
        string[] before = Files();
        CliRun forced = Split(file, "--force");

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("parts_test.jsonl exists already. Name other files with --output, or replace them with --force.");
        before.ShouldBe(["parts_test.jsonl", "twenty.jsonl"]);
        forced.ExitCode.ShouldBe(0);
        File.ReadAllLines(Start + "_test.jsonl").Length.ShouldBe(2);
    }

    [Fact]
    public void A_bad_row_at_the_end_leaves_nothing_behind()
    {
        string file = Write("bad.jsonl", [.. File.ReadAllLines(Examples()), "{\"prompt\":"]);

        CliRun run = Split(file);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("21");
        Files().ShouldBe(["bad.jsonl", "twenty.jsonl"]);
    }

    [Theory]
    [InlineData("Unrecognized command or argument '80/10/10'.", "80/10/10")]
    [InlineData("100 are no ratios.", "--ratios", "100")]
    [InlineData("A test part of 95 % leaves nothing for training", "--test", "95")]
    [InlineData("--test 1,5: write a decimal point", "--test", "1,5")]
    [InlineData("--near must be from 0.7 to 1, or 0.", "--near", "0.5")]
    [InlineData("Give --stratify or --no-stratify, not both.", "--stratify", "label", "--no-stratify")]
    [InlineData("A split by time takes the classes as they come.", "--stratify", "label", "--time", "day")]
    public void Misuse_is_refused(string problem, params string[] more)
    {
        CliRun run = Split(Examples(), more);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith(problem);
        Files().ShouldBe(["twenty.jsonl"]);
    }

    [Fact]
    public void Pairs_of_texts_stay_pairs()
    {
        string[] lines = [.. Enumerable.Range(0, 20).Select(i => $$"""{"anchor":"question {{i}} {{i * i}}","positive":"answer {{i * 7}}"}""")];
        string file = Write("pairs.jsonl", lines);

        CliRun run = Split(file, "--near", "1");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("rows are pairs of texts for an embedding model, and are kept as they are");
        new[] { "train", "valid", "test" }.SelectMany(part => File.ReadAllLines($"{Start}_{part}.jsonl")).Order().ShouldBe(lines.Order());
    }

    [Fact]
    public void A_column_of_zeros_and_ones_is_no_time()
    {
        string file = Write("labels.jsonl", [.. Enumerable.Range(0, 20).Select(i => $$"""{"prompt":"p{{i}}","completion":"c{{i}}","label":{{i % 2}},"index":{{i}}}""")]);

        CliRun refused = Split(file, "--time", "label", "--near", "1");
        CliRun doubted = Split(file, "--time", "index", "--near", "1");

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("The column label is no time: its numbers were read as seconds since 1970, from 1970-01-01T00:00:00Z to 1970-01-01T00:00:01Z.");
        doubted.ExitCode.ShouldBe(0, doubted.Error);
        doubted.Output.ShouldContain("The numbers of the column index were read as seconds since 1970, from 1970-01-01T00:00:00Z to 1970-01-01T00:00:19Z");
    }

    [Fact]
    public void Columns_that_mean_nothing_known_can_be_kept()
    {
        string file = Write("t.csv", ["alpha,beta", .. Enumerable.Range(0, 20).Select(i => $"x{i},y{i * i}")]);

        CliRun mapped = Split(file);
        CliRun kept = Split(file, "--as-is");

        mapped.ExitCode.ShouldBe(1);
        mapped.Error.ShouldContain("--as-is");
        kept.ExitCode.ShouldBe(0, kept.Error);
    }

    [Fact]
    public void A_set_of_most_rows_is_said()
    {
        string file = Write("same.jsonl", [.. Enumerable.Range(0, 30).Select(i => $$"""{"prompt":"{{(i < 20 ? "same" : $"p{i}")}}","completion":"c{{i}}"}""")]);

        CliRun run = Split(file);

        run.Output.ShouldContain("19 rows repeat the prompt of another");
        run.Output.ShouldContain("20 of 30 rows must stay together");
    }

    [Theory]
    [InlineData("--stratify")]
    [InlineData("--group")]
    [InlineData("--time")]
    public void A_column_that_there_is_none_of_is_said_first_with_those_that_there_are(string option)
    {
        string file = Write("t.csv", ["text,label,owner", .. Enumerable.Range(0, 40).Select(i => $"text number {i * 37},a,o{i % 10}")]);
        File.WriteAllText(Start + "_test.jsonl", "mine");

        CliRun run = Split(file, option, "nosuch");

        run.ExitCode.ShouldBe(1);
        run.Error.Trim().ShouldBe("There is no column nosuch. The columns are: text, label, owner.");
    }

    [Fact]
    public void Classes_are_no_matter_where_that_is_said_or_time_decides()
    {
        string file = Write("t.csv", ["day,text,label", .. Enumerable.Range(0, 40).Select(i => $"2026-01-{(i % 28) + 1:00},text number {i * 37},{(i % 2 == 0 ? "a" : "b")}")]);

        Split(file).Output.ShouldContain("CLASS");
        Split(file, "--no-stratify", "--force").Output.ShouldNotContain("CLASS");
        Split(file, "--time", "day", "--force").Output.ShouldNotContain("CLASS");
    }

    [Fact]
    public void Columns_that_rows_are_split_by_are_used()
    {
        string file = Write("t.csv", ["text,label,owner,note", .. Enumerable.Range(0, 40).Select(i => $"text number {i * 37},{(i % 2 == 0 ? "a" : "b")},o{i % 10},n")]);

        CliRun run = Split(file, "--stratify", "owner");

        run.Output.ShouldContain("not used: note\n");
        Split(file, "--stratify", "owner", "--as-is", "--force").Output.ShouldNotContain("not used");
    }

    [Theory]
    [InlineData("50/20/10", "The ratios 50/20/10 do not add up to 100, so they stand for 62.5/25/12.5 %.")]
    [InlineData("80/10/10", null)]
    [InlineData("0.8/0.1/0.1", null)]
    public void Ratios_that_do_not_add_up_are_said_with_what_they_stand_for(string ratios, string? notice)
    {
        CliRun run = Split(Examples(), "--ratios", ratios);

        run.ExitCode.ShouldBe(0);
        if (notice is null)
            run.Output.ShouldNotContain("The ratios");
        else
            run.Output.ShouldContain(notice);
    }

    [Fact]
    public void Names_of_classes_and_lists_steer_no_terminal()
    {
        string file = Write("t.jsonl", [.. Enumerable.Range(0, 40).Select(i => $$"""{"text": "text number {{i * 37}}", "label": "{{(i % 2 == 0 ? "a\\u001b[2J" : "b")}}"}""")]);
        string lists = Write("lists.json", ["""{"x\u001b]0;y": [{"a": 1}], "z": [{"a": 1}]}"""]);

        CliRun classes = Split(file);
        CliRun refused = Split(lists);

        classes.ExitCode.ShouldBe(0, classes.Error);
        classes.Output.ShouldContain("a\ufffd[2J");
        classes.Output.ShouldNotContain('\e');
        refused.Error.ShouldContain("x\ufffd]0;y (1), z (1)");
        refused.Error.ShouldNotContain('\e');
    }

    [Fact]
    public void Heads_are_in_the_language_of_the_messages()
    {
        string file = Write("t.csv", ["text,label", .. Enumerable.Range(0, 40).Select(i => $"text number {i * 37},{(i % 2 == 0 ? "a" : "b")}")]);

        Split(file, "--lang", "zh").Output.ShouldContain("类别  训练  验证  测试\n");
    }

    CliRun Split(string file, params string[] more) => CliRun.Of(["data", "split", file, "--output", Start, .. more]);

    string Examples() => Write("twenty.jsonl", [.. Enumerable.Range(0, 20).Select(i => $$"""{"prompt":"p{{i}} {{i * i}}","completion":"c{{i}}"}""")]);

    string Write(string name, string[] lines)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    string[] Files() => [.. Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
