using System.Data.Common;
using Hone.Engine;
using Hone.Server.Storage;

namespace Hone.Server.FineTuning;

/// <summary>What the end of a job by an exception means to its owner.</summary>
static class JobProblems
{
    public const string DiskFull = "disk_full";

    /// <summary>Null for what is no problem of the job's, such as a cancellation.</summary>
    public static JobError? Describe(Exception problem) =>
        problem switch
        {
            OperationCanceledException => null,
            DatabaseFullException full => new JobError(DiskFull, $"{full.Message} Then resume the job; it goes on from its last checkpoint.", null),
            _ when FullDisk.IsCauseOf(problem) => new JobError(DiskFull, $"The disk is full: {problem.Message} Free some space and resume the job; it goes on from its last checkpoint.", null),
            TrainingFileException file => file.Error,
            OutOfMemoryException => new JobError("out_of_memory", "The job needs more memory than there is. Choose a smaller micro_batch_tokens, a smaller model, or LoRA.", null),
            HoneException or IOException or UnauthorizedAccessException => new JobError("training_failed", problem.Message, null),
            DbException => null,
            _ => new JobError("server_error", $"The job ended by an unexpected error ({problem.GetType().Name}: {problem.Message})", null),
        };
}
