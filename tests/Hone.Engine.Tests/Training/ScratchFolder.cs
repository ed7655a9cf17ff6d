namespace Hone.Engine.Tests.Training;

/// <summary>A folder for the files of one test.</summary>
sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hone-training-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
