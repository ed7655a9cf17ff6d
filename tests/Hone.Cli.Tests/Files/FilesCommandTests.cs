using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Files;

public sealed class FilesCommandTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("hone-files-").FullName;

    string Data => Path.Combine(_root, "data");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_file_is_uploaded_listed_shown_downloaded_and_deleted()
    {
        string source = Path.Combine(_root, "训练.jsonl");
        File.WriteAllText(source, """{"prompt": "a", "completion": "b"}""" + "\n");

        string id = Hone("upload", source).Output.Trim();
        CliRun list = Hone("list");
        CliRun show = Hone("show", id);
        string copy = Path.Combine(_root, "copy.jsonl");
        CliRun download = Hone("download", id, "--output", copy);
        CliRun twice = Hone("download", id, "--output", copy);
        CliRun delete = Hone("delete", id);
        CliRun gone = Hone("show", id);

        id.ShouldStartWith("file-");
        list.Output.ShouldContain(id);
        list.Output.ShouldContain("训练.jsonl");
        show.Output.ShouldContain("fine-tune");
        download.ExitCode.ShouldBe(0);
        File.ReadAllText(copy).ShouldBe(File.ReadAllText(source));
        twice.ExitCode.ShouldBe(1);
        delete.ExitCode.ShouldBe(0);
        gone.ExitCode.ShouldBe(1);
        gone.Error.ShouldContain($"There is no file {id}.");
    }

    [Fact]
    public void A_file_that_cannot_be_used_says_why()
    {
        string notLines = Path.Combine(_root, "a.csv");
        File.WriteAllText(notLines, "a,b\n");
        string badLine = Path.Combine(_root, "b.jsonl");
        File.WriteAllText(badLine, """{"messages": []}""");

        CliRun refused = Hone("upload", notLines);
        CliRun kept = Hone("upload", badLine, "--json");
        CliRun missing = Hone("upload", Path.Combine(_root, "c.jsonl"));

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("Line 1 is not a dictionary");
        JsonNode.Parse(kept.Output)!["problem"]!.GetValue<string>().ShouldContain("'messages' is empty");
        missing.ExitCode.ShouldBe(1);
        missing.Error.ShouldContain("c.jsonl");
    }

    CliRun Hone(string command, params string[] arguments) => CliRun.Of(["files", command, .. arguments, "--data", Data]);
}
