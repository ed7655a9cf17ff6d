using Hone.Engine.Generation;
using Hone.Engine.Models;
using Hone.Server.Http;

namespace Hone.Server.Inference;

/// <summary>What a base model takes of the memory when it is served. It follows from shapes and settings, so it is known before the model is loaded.</summary>
sealed class BaseMemory
{
    readonly long _weights;
    readonly long _activations; // and the tokenizer

    public BaseMemory(ModelFolder folder, InferenceLimits limits)
    {
        _weights = FileStamp.WeightBytes(folder.Path);
        _activations = FileStamp.TokenizerBytes(folder.Path) + GenerationMemory.OfSession(folder.Config, limits.MaxRunning) + GenerationMemory.OfScoring(folder.Config);
        Constraints = limits.ConstraintBytes;
        // A quarter of the budget for keys and values, or half of what the rest leaves of it: the other half is for adapters.
        Room = new KvRoom(folder.Config, Math.Min(limits.MemoryBytes / 4, (limits.MemoryBytes - _weights - _activations - Constraints) / 2), limits);
    }

    /// <summary>For keys and values.</summary>
    public KvRoom Room { get; }

    /// <summary>Bytes for what constraints have worked out.</summary>
    public long Constraints { get; }

    /// <summary>Bytes of all together.</summary>
    public long Total => _weights + Room.Bytes + _activations + Constraints;

    /// <summary>400, because no other time would be better: the model would not fit if it were the only one.</summary>
    /// <param name="adapterBytes">Of an adapter that is to stand beside it.</param>
    public void RequireFits(string model, InferenceLimits limits, long adapterBytes = 0)
    {
        long need = Total + adapterBytes;
        if (need <= limits.MemoryBytes)
            return;
        string adapter = adapterBytes > 0 ? $", {Megabytes(adapterBytes)} for its adapter" : "";
        throw ApiError.Invalid(
            $"The model {model} needs {Megabytes(need)} of memory: {Megabytes(_weights)} for its weights{adapter}, {Megabytes(Room.Bytes)} for the keys and values of one text as long as its context, and "
                + $"{Megabytes(_activations + Constraints)} to compute with. All models together may take {Megabytes(limits.MemoryBytes)}. "
                + "Choose a smaller model; or whoever runs the server raises \"memory_bytes\" of \"inference\" in its settings.",
            "model",
            "model_too_large");
    }

    static string Megabytes(long bytes) => FormattableString.Invariant($"{Math.Ceiling(bytes / 1e6):N0} MB");
}
