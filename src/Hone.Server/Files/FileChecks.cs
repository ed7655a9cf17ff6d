namespace Hone.Server.Files;

/// <summary>Reads files line by line, one at a time and on a thread of its own: large ones take seconds, in which others are served.</summary>
sealed class FileChecks : IDisposable
{
    readonly SemaphoreSlim _turn = new(1);

    /// <inheritdoc cref="UploadedLines.FindProblem"/>
    public Task<string?> FindProblemAsync(string path, string purpose, CancellationToken cancel) => RunAsync(() => UploadedLines.FindProblem(path, purpose), cancel);

    /// <summary>Does what reads a whole file, when its turn comes.</summary>
    public async Task<T> RunAsync<T>(Func<T> read, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return await Task.Factory.StartNew(read, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
