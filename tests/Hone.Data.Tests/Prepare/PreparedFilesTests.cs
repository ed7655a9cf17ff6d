using Hone.Data.Prepare;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Prepare;

public sealed class PreparedFilesTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-prepared-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("data.csv", "data_prepared.jsonl")]
    [InlineData("data.v2.jsonl", "data.v2_prepared.jsonl")]
    [InlineData("data.CSV.gz", "data_prepared.jsonl")]
    [InlineData("data", "data_prepared.jsonl")]
    [InlineData(".csv", ".csv_prepared.jsonl")]
    [InlineData("评论.xlsx", "评论_prepared.jsonl")]
    public void The_name_follows_the_source(string source, string expected) =>
        PreparedFiles.For(At(source), null, splits: false, renamesClasses: false).ShouldBe(new PreparedFiles(At(expected), null, null));

    [Fact]
    public void A_name_that_is_taken_gets_a_number()
    {
        File.WriteAllText(At("a_prepared.jsonl"), "");
        File.WriteAllText(At("a_prepared (1).jsonl"), "");

        PreparedFiles.For(At("a.csv"), null, splits: false, renamesClasses: false).Train.ShouldBe(At("a_prepared (2).jsonl"));
    }

    [Fact]
    public void Files_that_belong_together_get_the_same_number()
    {
        File.WriteAllText(At("a_prepared_valid.jsonl"), "");
        File.WriteAllText(At("a_prepared_classes (1).json"), "");

        PreparedFiles.For(At("a.csv"), null, splits: true, renamesClasses: true)
            .ShouldBe(new PreparedFiles(At("a_prepared_train (2).jsonl"), At("a_prepared_valid (2).jsonl"), At("a_prepared_classes (2).json")));
        PreparedFiles.For(At("a.csv"), null, splits: false, renamesClasses: false).Train.ShouldBe(At("a_prepared.jsonl"));
    }

    [Fact]
    public void Another_folder_can_be_named() =>
        PreparedFiles.For(Path.Combine("elsewhere", "a.csv"), _folder, splits: false, renamesClasses: false).Train.ShouldBe(At("a_prepared.jsonl"));

    [Fact]
    public void All_files_are_written_or_none()
    {
        Frame frame = PrepareRun.FrameOf(("问 ->", " <答>"));
        string taken = Directory.CreateDirectory(At("taken")).FullName;

        new PreparedFiles(At("a"), At("b"), At("c")).Write(frame, frame, new Dictionary<string, string> { ["0"] = "差评" });
        Should.Throw<HoneException>(() => new PreparedFiles(At("d"), taken, At("e")).Write(frame, frame, new Dictionary<string, string>()));
        Should.Throw<OperationCanceledException>(() => new PreparedFiles(At("f"), null, null).Write(frame, null, null, new CancellationToken(canceled: true)));

        File.ReadAllText(At("a")).ShouldBe("{\"prompt\":\"问 ->\",\"completion\":\" <答>\"}\n");
        File.ReadAllText(At("b")).ShouldBe(File.ReadAllText(At("a")));
        File.ReadAllText(At("c")).ShouldBe("{\n  \"0\": \"差评\"\n}\n");
        Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)).Order().ShouldBe(["a", "b", "c"]);
    }

    string At(string name) => Path.Combine(_folder, name);
}
