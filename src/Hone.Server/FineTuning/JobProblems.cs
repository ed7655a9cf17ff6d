using System.Data.Common;
using Hone.Engine;
using Hone.Server.Storage;

namespace Hone.Server.FineTuning;

/// <summary>What the end of a job by an exception means to its owner.</summary>
static class JobProblems
{
    public const string DiskFull = "disk_full";
    const int NoSpaceUnix = 28; // ENOSPC
    const int NoSpaceWindows = unchecked((int)0x80070070); // ERROR_DISK_FULL

    /// <summary>Null for what is no problem of the job's, such as a cancellation.</summary>
    public static JobError? Describe(Exception problem, Dialect dialect) =>
        problem switch
        {
            OperationCanceledException => null,
            _ when IsDiskFull(problem, dialect) => new JobError(DiskFull, $"The disk is full: {problem.Message} Free some space and resume the job; it goes on from its last checkpoint.", null),
            TrainingFileException file => file.Error,
            OutOfMemoryException => new JobError("out_of_memory", "The job needs more memory than there is. Choose a smaller micro_batch_tokens, a smaller model, or LoRA.", null),
            HoneException or IOException or UnauthorizedAccessException => new JobError("training_failed", problem.Message, null),
            DbException => null,
            _ => new JobError("server_error", $"The job ended by an unexpected error ({problem.GetType().Name}: {problem.Message})", null),
        };

    public static bool IsDiskFull(Exception problem, Dialect dialect)
    {
        for (Exception? cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException error ? dialect.IsDiskFull(error) : cause is IOException && cause.HResult is NoSpaceUnix or NoSpaceWindows)
                return true;
        }
        return false;
    }
}
