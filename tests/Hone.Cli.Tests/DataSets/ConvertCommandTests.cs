using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

public sealed class ConvertCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-convert-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_table_becomes_training_lines_and_what_was_recognised_is_said()
    {
        string file = Write("qa.csv", "问题,答案\n你好,您好\n");
        string target = Path.Combine(_folder, "out.jsonl");

        CliRun run = CliRun.Of("data", "convert", file, "-o", target);

        run.Error.ShouldBe("");
        run.Output.ShouldContain("UTF-8; separated by commas; columns 问题, 答案");
        run.Output.ShouldContain("rows read as question and answer");
        File.ReadAllText(target).ShouldBe("{\"messages\":[{\"role\":\"user\",\"content\":\"你好\"},{\"role\":\"assistant\",\"content\":\"您好\"}]}\n");
    }

    [Fact]
    public void A_bad_row_leaves_no_file_behind()
    {
        string file = Write("qa.csv", "question,answer\na,b\nc,d,e\n");

        CliRun run = CliRun.Of("data", "convert", file, "-o", Path.Combine(_folder, "out.jsonl"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("Line 3 has 3 cells, but there are 2 columns");
        Directory.GetFiles(_folder).ShouldHaveSingleItem();
    }

    string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
