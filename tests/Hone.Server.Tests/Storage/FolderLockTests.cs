using Hone.Engine;
using Hone.Server.Storage;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Storage;

public sealed class FolderLockTests
{
    [Fact]
    public void A_held_folder_is_told_from_one_that_cannot_be_locked()
    {
        string folder = Directory.CreateTempSubdirectory("hone-lock-").FullName;
        string blocked = Directory.CreateDirectory(Path.Combine(folder, "blocked", "lock")).Parent!.FullName;

        using (FolderLock.Take(folder))
            Should.Throw<HoneException>(() => FolderLock.Take(folder)).Message.ShouldBe($"Another process is running in {folder}. Wait for it, or stop it first.");
        FolderLock.Take(folder).Dispose();
        string inTheWay = Should.Throw<HoneException>(() => FolderLock.Take(blocked)).Message;
        string missing = Should.Throw<HoneException>(() => FolderLock.Take(Path.Combine(folder, "none"))).Message;

        inTheWay.ShouldStartWith($"{blocked} cannot be locked against other processes: ");
        missing.ShouldStartWith($"{Path.Combine(folder, "none")} cannot be locked against other processes: ");
        Directory.Delete(folder, recursive: true);
    }
}
