using Hone.Engine;
using Hone.Server.FineTuning;
using Hone.Server.Storage;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.FineTuning;

public sealed class JobFileTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("hone-jobs-").FullName;

    string TrainingFile => Path.Combine(_root, "train.jsonl");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_file_that_changed_since_is_refused()
    {
        File.WriteAllText(TrainingFile, "{}\n");
        var file = JobFile.Of(TrainingFile);

        File.AppendAllText(TrainingFile, "{}\n");

        Should.Throw<HoneException>(file.RequireUnchanged).Message.ShouldContain("has changed");
    }

    [Fact]
    public void Only_one_process_holds_a_job()
    {
        DataFolder data = new(_root);
        FolderLock held = JobFolder.Take(data, "ftjob-1");

        Should.Throw<HoneException>(() => JobFolder.Take(data, "ftjob-1"));
        held.Dispose();
        JobFolder.Take(data, "ftjob-1").Dispose();
    }
}
