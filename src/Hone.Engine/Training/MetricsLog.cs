using System.Text.Json;
using Hone.Engine.Checkpoints;
using Hone.Engine.Training.Runs;

namespace Hone.Engine.Training;

/// <summary>The metrics of a run as JSON lines, one per update, and as the results CSV when it ends.</summary>
public sealed class MetricsLog : IDisposable
{
    readonly FileStream _file;

    /// <summary>Opens the file to go on after a step: what a killed run wrote beyond it is dropped.</summary>
    public MetricsLog(string path, int lastStep)
    {
        StepMetrics[] kept = [.. Read(path).Where(metrics => metrics.Step <= lastStep)];
        AtomicFile.Write(path, stream =>
        {
            foreach (StepMetrics metrics in kept)
                Write(stream, metrics);
        });
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    /// <summary>The metrics in a file, up to the first line that is not whole; none when there is no file.</summary>
    public static IEnumerable<StepMetrics> Read(string path)
    {
        if (!File.Exists(path))
            yield break;
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.EndsWith('}'))
                yield break;
            yield return JsonSerializer.Deserialize<StepMetrics>(line, TrainingState.Json)!;
        }
    }

    public void Append(StepMetrics metrics)
    {
        try
        {
            Write(_file, metrics);
            _file.Flush();
        }
        catch (IOException error)
        {
            throw new HoneException($"{_file.Name} cannot be written: {error.Message}", error);
        }
    }

    public void Dispose() => _file.Dispose();

    static void Write(Stream stream, StepMetrics metrics)
    {
        JsonSerializer.Serialize(stream, metrics, TrainingState.Json);
        stream.WriteByte((byte)'\n');
    }
}
