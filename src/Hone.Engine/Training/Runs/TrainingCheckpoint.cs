using System.Security.Cryptography;
using System.Text.Json;
using Hone.Engine.Checkpoints;

namespace Hone.Engine.Training.Runs;

/// <summary>A folder with all that a run needs to go on after a step: it appears complete or not at all.</summary>
public sealed class TrainingCheckpoint
{
    public const string WeightsFile = "weights.safetensors";
    const string MomentsFile = "moments.safetensors";
    const string StateFile = "state.json";

    TrainingCheckpoint(string folder, TrainingState state)
    {
        Folder = folder;
        State = state;
    }

    public string Folder { get; }

    public TrainingState State { get; }

    public int Step => State.Step;

    /// <summary>Whether weights and moments are as they were written.</summary>
    public bool IsWhole => Read(Folder) is var contents && IsIntact(WeightsFile, contents.WeightsHash) && IsIntact(MomentsFile, contents.MomentsHash);

    /// <summary>Writes a folder beside the place, then renames it.</summary>
    public static TrainingCheckpoint Write(string folder, TrainingState state, IEnumerable<Parameter> weights, AdamW optimizer)
    {
        string parent = Path.GetDirectoryName(Path.GetFullPath(folder))!;
        string temporary = Path.Combine(parent, $".{Path.GetFileName(folder)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(temporary);
            SafetensorsWriter.Write(Path.Combine(temporary, WeightsFile), weights);
            SafetensorsWriter.Write(Path.Combine(temporary, MomentsFile), optimizer.State);
            var contents = new Contents(state, Hash(temporary, WeightsFile), Hash(temporary, MomentsFile));
            AtomicFile.WriteText(Path.Combine(temporary, StateFile), JsonSerializer.Serialize(contents, TrainingState.Json));
            Replace(temporary, folder);
        }
        catch (Exception error)
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
            if (error is IOException or UnauthorizedAccessException)
                throw new HoneException($"The checkpoint {folder} cannot be written: {error.Message}", error);
            throw;
        }

        return new TrainingCheckpoint(folder, state);
    }

    /// <summary>Reads what a folder says about itself.</summary>
    /// <exception cref="HoneException">It is incomplete or damaged.</exception>
    public static TrainingCheckpoint Open(string folder) => new(folder, Read(folder).State);

    /// <summary>Puts the weights of the checkpoint into a model's parameters.</summary>
    public void LoadWeights(IEnumerable<Parameter> weights)
    {
        using SafetensorsFile file = OpenChecked(WeightsFile, Read(Folder).WeightsHash);
        foreach (Parameter parameter in weights)
            file.Get(parameter.Name, parameter.Shape).Read(0, parameter.Data);
    }

    /// <summary>Puts weights and moments back. Nothing is changed when a file is damaged.</summary>
    public void Restore(IReadOnlyList<Parameter> weights, AdamW optimizer)
    {
        using SafetensorsFile moments = OpenChecked(MomentsFile, Read(Folder).MomentsHash);
        foreach (Parameter part in optimizer.State)
            moments.Get(part.Name, part.Shape);
        LoadWeights(weights);
        optimizer.Restore(Step, part => moments.Get(part.Name, part.Shape));
    }

    /// <summary>Keeps the weights alone: no run goes on from there.</summary>
    public static void DropMoments(string folder) => File.Delete(Path.Combine(folder, MomentsFile));

    internal static void Delete(string folder)
    {
        // Not readable as a checkpoint from here on, even when the rest of the deletion does not happen.
        File.Delete(Path.Combine(folder, StateFile));
        Directory.Delete(folder, recursive: true);
    }

    static void Replace(string temporary, string folder)
    {
        if (Directory.Exists(folder))
            Delete(folder);
        Directory.Move(temporary, folder);
    }

    static Contents Read(string folder)
    {
        string path = Path.Combine(folder, StateFile);
        try
        {
            return JsonSerializer.Deserialize<Contents>(File.ReadAllBytes(path), TrainingState.Json) ?? throw new JsonException("it is empty");
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new HoneException($"{path} cannot be read: {error.Message}", error);
        }
    }

    static string Hash(string folder, string file)
    {
        using FileStream stream = File.OpenRead(Path.Combine(folder, file));
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    SafetensorsFile OpenChecked(string file, string hash)
    {
        string path = Path.Combine(Folder, file);
        if (!IsIntact(file, hash))
            throw new HoneException($"{path} is missing or damaged.");
        return SafetensorsFile.Open(path);
    }

    bool IsIntact(string file, string hash) => File.Exists(Path.Combine(Folder, file)) && Hash(Folder, file) == hash;

    sealed record Contents(TrainingState State, string WeightsHash, string MomentsHash);
}
