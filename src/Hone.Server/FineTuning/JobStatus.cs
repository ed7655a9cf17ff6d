using System.Text.Json;

namespace Hone.Server.FineTuning;

/// <summary>Where a job stands, in the words of the API.</summary>
public enum JobStatus
{
    ValidatingFiles,
    Queued,
    Running,
    Paused,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>The words for it, in the database and in the API.</summary>
public static class JobStatusNames
{
    static readonly string[] Names = [.. Enum.GetNames<JobStatus>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    extension(JobStatus status)
    {
        public string Name => Names[(int)status];

        /// <summary>Whether nothing will happen to the job any more.</summary>
        public bool IsFinal => status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled;

        /// <summary>Whether a worker has something to do.</summary>
        public bool IsActive => status is JobStatus.ValidatingFiles or JobStatus.Queued or JobStatus.Running;
    }

    public static JobStatus Parse(string name) => (JobStatus)Array.IndexOf(Names, name);
}
