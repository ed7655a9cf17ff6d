using Hone.Engine.Checkpoints;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Checkpoints;

public sealed class PendingFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-pending-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Several_files_appear_together_and_replace_what_stood_there()
    {
        File.WriteAllText(In("a"), "old");

        using (PendingFile a = Written("a"))
        using (PendingFile b = Written("new/b"))
            PendingFile.KeepAll([a, b]);

        File.ReadAllText(In("a")).ShouldBe("a");
        File.ReadAllText(In("new/b")).ShouldBe("new/b");
        Files().Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/stdout")]
    [InlineData("/proc/self/fd/1")]
    [InlineData("/dev/../dev/null")]
    public void A_device_is_never_replaced(string device)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("skipped: Windows has no such paths");

        Should.Throw<HoneException>(() => new PendingFile(device)).Message.ShouldContain("belongs to the system");
    }

    [Fact]
    public void A_file_that_is_not_kept_leaves_nothing()
    {
        Written("a").Dispose();

        Files().ShouldBeEmpty();
    }

    [Fact]
    public void One_that_cannot_be_kept_undoes_those_before_it()
    {
        File.WriteAllText(In("a"), "old");
        Directory.CreateDirectory(In("c"));

        using (PendingFile a = Written("a"))
        using (PendingFile b = Written("b"))
        using (PendingFile c = Written("c"))
            Should.Throw<Exception>(() => PendingFile.KeepAll([a, b, c]));

        File.ReadAllText(In("a")).ShouldBe("old");
        Files().ShouldBe([In("a")]);
    }

    PendingFile Written(string name)
    {
        PendingFile file = new(In(name));
        file.Stream.Write(System.Text.Encoding.UTF8.GetBytes(name));
        return file;
    }

    string In(string name) => Path.Combine(_folder, name);

    string[] Files() => Directory.GetFiles(_folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None });
}
