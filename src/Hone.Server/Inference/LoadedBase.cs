using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Hone.Engine.Adapters;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Generation.Constraints;
using Hone.Engine.Models;
using Hone.Engine.Tokenizers;
using Hone.Server.Http;

namespace Hone.Server.Inference;

/// <summary>A base model in memory with everything that its requests and those of its adapters share.</summary>
sealed class LoadedBase : IDisposable
{
    /// <summary>Constraints whose states are kept for the next request with the same schema.</summary>
    const int MaxConstraints = 32;

    readonly ModelFolder _folder;
    readonly ConcurrentDictionary<string, TextConstraint> _constraints = new(StringComparer.Ordinal);

    /// <param name="memoryBytes">For keys and values.</param>
    public LoadedBase(string path, long memoryBytes, InferenceLimits limits)
    {
        _folder = ModelFolder.Open(path);
        try
        {
            Model = _folder.Load();
            Encoder = ChatEncoder.Load(path);
            Opening = AnswerOpening.Of(Encoder);
            (ToolCalls, ToolCallProblem) = ToolCallFormat.Find(Encoder);
            Vocabulary = new ConstraintVocabulary(Tokenizer, Encoder.EndIds, Model.Config.VocabSize);
            var room = new KvRoom(Model.Config, memoryBytes, limits);
            RoomBytes = room.Bytes;
            Loop = new DecodingLoop(Model, Tokenizer, Encoder.EndIds, room, limits);
            Fingerprint = $"fp_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{GetVersion.Current} {FileStamp.Of(path)}")))[..10]}";
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public CausalModel Model { get; }

    public ChatEncoder Encoder { get; }

    public Tokenizer Tokenizer => Encoder.Tokenizer;

    /// <summary>Tokens of a prompt and its continuation together.</summary>
    public int Context => Model.Config.MaxPositions;

    /// <summary>What the template puts before the assistant's first word, beyond the prompt.</summary>
    public string Opening { get; }

    /// <summary>How calls of tools are written; null where the model has no way that is understood.</summary>
    public ToolCallFormat? ToolCalls { get; }

    /// <summary>Why there is no <see cref="ToolCalls"/>: half a sentence about the chat template.</summary>
    public string? ToolCallProblem { get; }

    public ConstraintVocabulary Vocabulary { get; }

    public DecodingLoop Loop { get; }

    /// <summary>One prompt at a time is scored beside the texts that are continued.</summary>
    public SemaphoreSlim Scoring { get; } = new(1);

    /// <summary>Bytes set aside for keys and values.</summary>
    public long RoomBytes { get; }

    /// <summary>Changes when the same request might be answered otherwise.</summary>
    public string Fingerprint { get; }

    /// <summary>The adapter of a folder, for this model's layers.</summary>
    public LoraAdapter LoadAdapter(string path) => LoraAdapter.Load(path, Model.Linears);

    /// <summary>A constraint that was made before, or a new one.</summary>
    /// <param name="key">What it is made of.</param>
    public TextConstraint Constraint(string key, Func<ConstraintVocabulary, TextConstraint> make)
    {
        // A schema can be long.
        key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        if (_constraints.TryGetValue(key, out TextConstraint? known))
            return known;
        TextConstraint made = make(Vocabulary);
        if (_constraints.Count >= MaxConstraints)
            _constraints.Clear();
        return _constraints.GetOrAdd(key, made);
    }

    public void Dispose()
    {
        Loop.Dispose();
        Scoring.Dispose();
        _folder.Dispose();
    }
}
