using Hone.Data.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Formats;

public sealed class FileProblemTests
{
    [Fact]
    public void Reasons_of_the_system_are_there_in_both_languages()
    {
        (Exception Error, string English, string Chinese)[] reasons =
        [
            (new UnauthorizedAccessException("Access to the path is denied."), "you are not allowed to", "没有权限"),
            (new FileNotFoundException("Could not find file."), "there is no such file", "文件不存在"),
            (new DirectoryNotFoundException("Could not find a part of the path."), "there is no such file", "文件不存在"),
            (new IOException("No space left on device", 28), "the disk is full", "磁盘已满"),
            (new IOException("Too many links."), "Too many links", "Too many links"),
        ];

        reasons.Select(reason => FileProblem.Of(reason.Error)).ShouldBe(reasons.Select(reason => reason.English));
        Text.IsChinese = true; // of this test alone
        reasons.Select(reason => FileProblem.Of(reason.Error)).ShouldBe(reasons.Select(reason => reason.Chinese));
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_said()
    {
        string link = Path.Combine(Path.GetTempPath(), $"hone-link-{Guid.NewGuid():N}.csv");
        if (OperatingSystem.IsWindows())
            Assert.Skip("skipped: links need a right on Windows");
        File.CreateSymbolicLink(link, link + ".gone");
        try
        {
            Should.Throw<HoneException>(() => Data.Sources.SourceFile.Open(link)).Message.ShouldBe($"{link} cannot be read: there is no such file.");
        }
        finally
        {
            File.Delete(link);
        }
    }
}
