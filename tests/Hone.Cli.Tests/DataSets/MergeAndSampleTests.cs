using System.Globalization;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

/// <summary><c>hone data merge</c> and <c>hone data sample</c>.</summary>
public sealed class MergeAndSampleTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-merge-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_are_merged_in_their_order()
    {
        string first = Write("a.csv", "question,answer\na,b\n");
        string second = Write("b.json", """[{"instruction": "c", "output": "d"}]""");
        string target = Path.Combine(_folder, "all.jsonl");

        CliRun.Of("data", "merge", first, second, "-o", target).Error.ShouldBe("");

        File.ReadAllLines(target).ShouldBe([
            """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}""",
            """{"messages":[{"role":"user","content":"c"},{"role":"assistant","content":"d"}]}""",
        ]);
    }

    [Fact]
    public void Columns_that_not_all_files_have_are_said()
    {
        string first = Write("a.csv", "question,answer,owner,note\na,b,c,d\ne,f,g,h\n");
        string second = Write("b.csv", "question,answer,day\nc,d,e\n");
        string target = Path.Combine(_folder, "all.csv");

        CliRun run = CliRun.Of("data", "merge", first, second, "-o", target, "--to", "csv");

        run.Output.ShouldContain($"Only in {first}: owner, note\nOnly in {second}: day\n4 cells stay empty, because their rows do not have these columns.\n");
        CliRun.Of("data", "merge", first, first, "-o", target, "--to", "csv", "--force").Output.ShouldNotContain("Only in");
    }

    [Fact]
    public void Files_of_two_kinds_are_merged_only_when_told_to_which()
    {
        string first = Write("a.csv", "question,answer\na,b\n");
        string second = Write("b.jsonl", """{"prompt": "c", "completion": "d"}""");

        CliRun.Of("data", "merge", first, second, "-o", Path.Combine(_folder, "x.jsonl")).Error.ShouldContain("Choose one for all with --to.");
        CliRun.Of("data", "merge", first, second, "-o", Path.Combine(_folder, "x.jsonl"), "--to", "completion").Output.ShouldContain("2 examples (prompt and completion)");
    }

    [Fact]
    public void None_of_the_files_that_are_merged_is_replaced()
    {
        string first = Write("a.csv", "question,answer\na,b\n");
        string second = Write("b.jsonl", """{"messages":[{"role":"user","content":"c"},{"role":"assistant","content":"d"}]}""");

        CliRun run = CliRun.Of("data", "merge", first, second, "-o", second, "--force");

        run.Error.ShouldContain("is the file that is read.");
    }

    [Fact]
    public void A_sample_of_more_rows_than_there_are_says_how_many_there_were()
    {
        string file = Write("three.csv", "question,answer\na,1\nb,2\nc,3\n");

        CliRun more = CliRun.Of("data", "sample", file, "--count", "4", "-o", Path.Combine(_folder, "four.jsonl"));
        CliRun all = CliRun.Of("data", "sample", file, "--count", "3", "-o", Path.Combine(_folder, "three.jsonl"));

        more.Output.ShouldContain($"{file} has 3 rows, fewer than the 4 of --count: all of them were taken.");
        all.Output.ShouldNotContain("--count");
    }

    [Fact]
    public void A_sample_has_the_same_rows_for_the_same_seed_in_their_order()
    {
        string file = Write("qa.csv", "question,answer\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"q{i},a{i}\n")));

        string[] one = Sample("one.csv", "1");
        string[] again = Sample("again.csv", "1");
        string[] other = Sample("other.csv", "2");

        one.Length.ShouldBe(21);
        again.ShouldBe(one);
        other.ShouldNotBe(one);
        int[] numbers = [.. one.Skip(1).Select(line => int.Parse(line[1..line.IndexOf(',', StringComparison.Ordinal)], CultureInfo.InvariantCulture))];
        numbers.ShouldBe(numbers.Order());
        Sample("all.csv", "1", "500").Length.ShouldBe(201);

        string[] Sample(string name, string seed, string count = "20")
        {
            string target = Path.Combine(_folder, name);
            CliRun.Of("data", "sample", file, "--count", count, "--seed", seed, "--to", "csv", "-o", target).Error.ShouldBe("");
            return File.ReadAllLines(target);
        }
    }

    string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
