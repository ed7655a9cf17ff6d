using Hone.Engine;
using Hone.Engine.Training;
using Hone.Engine.Training.Runs;
using Hone.Server.Storage;

namespace Hone.Server.FineTuning;

/// <summary>The folder of one job: the trainer's checkpoints and metrics. What is known about the job itself is in the database.</summary>
public static class JobFolder
{
    /// <summary>Makes the folder if need be and takes it for this process.</summary>
    /// <exception cref="HoneException">Another process of this machine is working in it.</exception>
    public static FolderLock Take(DataFolder data, string id)
    {
        Directory.CreateDirectory(data.Job(id));
        return FolderLock.Take(data.Job(id));
    }

    /// <summary>How many bytes a job keeps on the disk, without its models.</summary>
    public static long Size(DataFolder data, string id)
    {
        DirectoryInfo folder = new(data.Job(id));
        try
        {
            return folder.Exists ? folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Exists ? file.Length : 0) : 0;
        }
        catch (DirectoryNotFoundException)
        {
            return 0; // Somebody is deleting it.
        }
    }

    /// <summary>Deletes what no later step needs: of a job that succeeded its checkpoints, which are models by then; of a cancelled one what its training would go on with. A failed one can be resumed.</summary>
    /// <param name="folder">Is this process's, by its lock.</param>
    internal static void Tidy(string folder, JobStatus status)
    {
        string checkpoints = Path.Combine(folder, Trainer.CheckpointsFolder);
        try
        {
            if (status == JobStatus.Succeeded && Directory.Exists(checkpoints))
                Directory.Delete(checkpoints, recursive: true);
            if (status == JobStatus.Cancelled && Directory.Exists(checkpoints))
                foreach (string checkpoint in Directory.GetDirectories(checkpoints))
                    TrainingCheckpoint.DropMoments(checkpoint);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The job has ended all the same; what stays goes with it when it is deleted.
        }
    }

    /// <summary>The same for a cancelled job on which nobody works any more; who does clears up by itself.</summary>
    public static void TidyUnused(DataFolder data, JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(job);
        if (job.Status != JobStatus.Cancelled || !Directory.Exists(data.Job(job.Id)))
            return;
        try
        {
            using FolderLock held = FolderLock.Take(data.Job(job.Id));
            Tidy(data.Job(job.Id), job.Status);
        }
        catch (HoneException)
        {
            // A worker has it.
        }
    }

    /// <summary>Deletes a job that has ended, with its checkpoints and events. Its models and files stay.</summary>
    /// <returns>How many bytes that freed.</returns>
    /// <exception cref="HoneException">The job has not ended, or a process is still at it.</exception>
    public static long Delete(DataFolder data, JobStore store, string id)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(store);
        string folder = data.Job(id);
        JobRecord job = store.Get(id);
        if (!job.Status.IsFinal)
            throw new HoneException(Text.Of(
                $"{id} is {job.Status.Name}, and only a job that has ended is deleted. Cancel it first: hone jobs cancel {id}",
                $"{id} 的状态为 {job.Status.Name}，只能删除已结束的任务。请先取消：hone jobs cancel {id}"));
        long size = Size(data, id);
        using (Take(data, id))
        {
            // The row is the last that goes: a deletion that is killed leaves a job that can be deleted again.
            string checkpoints = Path.Combine(folder, Trainer.CheckpointsFolder);
            if (store.MayDelete(id) && Directory.Exists(checkpoints))
                Directory.Delete(checkpoints, recursive: true);
            if (!store.Delete(id))
                throw new HoneException(Text.Of($"A process is still working on {id}. Try again when it has stopped.", $"仍有进程在处理 {id}。请在其停止后重试。"));
        }
        Directory.Delete(folder, recursive: true);
        return size;
    }
}
