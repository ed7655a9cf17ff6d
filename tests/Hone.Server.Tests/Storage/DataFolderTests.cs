using Hone.Server.Storage;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Storage;

public class DataFolderTests
{
    [Fact]
    public void Everything_lies_below_the_root()
    {
        var data = DataFolder.Of("some-data");

        data.Root.ShouldBe(Path.GetFullPath("some-data"));
        data.Job("ftjob-1").ShouldBe(Path.Combine(data.Root, "jobs", "ftjob-1"));
        ((string[])[data.Settings, data.Models, data.Jobs]).ShouldAllBe(path => Path.GetDirectoryName(path) == data.Root);
    }
}
