namespace Hone.Server.Storage;

/// <summary>Tells a full disk from other troubles, whatever it stopped: a file, or the database.</summary>
static class FullDisk
{
    const int Unix = 28; // ENOSPC
    const int Windows = unchecked((int)0x80070070); // ERROR_DISK_FULL
    const int WindowsHandle = unchecked((int)0x80070027); // ERROR_HANDLE_DISK_FULL

    public static bool IsCauseOf(Exception problem)
    {
        for (Exception? cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is DatabaseFullException or IOException { HResult: Unix or Windows or WindowsHandle })
                return true;
        }

        return false;
    }
}
