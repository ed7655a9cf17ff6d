using Hone.Server.Storage;

namespace Hone.Server.FineTuning;

/// <summary>The folder of one job: the trainer's checkpoints and metrics. What is known about the job itself is in the database.</summary>
public static class JobFolder
{
    /// <summary>Makes the folder if need be and takes it for this process.</summary>
    /// <exception cref="Engine.HoneException">Another process of this machine is working in it.</exception>
    public static FolderLock Take(DataFolder data, string id)
    {
        Directory.CreateDirectory(data.Job(id));
        return FolderLock.Take(data.Job(id));
    }
}
