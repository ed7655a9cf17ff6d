namespace Hone.Server.FineTuning;

/// <summary>The files that a job has besides its training file.</summary>
[Flags]
public enum OtherFiles
{
    None = 0,
    Validation = 1,
    Replay = 2,
}
