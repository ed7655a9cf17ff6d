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
    readonly ModelFolder _folder;
    readonly ConstraintCache _constraints;

    /// <param name="folder">Disposed together with this, also when it cannot be loaded.</param>
    public LoadedBase(ModelFolder folder, BaseMemory memory, InferenceLimits limits)
    {
        _folder = folder;
        try
        {
            Model = _folder.Load();
            Encoder = ChatEncoder.Load(folder.Path);
            Opening = AnswerOpening.Of(Encoder);
            (ToolCalls, ToolCallProblem) = ToolCallFormat.Find(Encoder);
            _constraints = new ConstraintCache(new ConstraintVocabulary(Tokenizer, Encoder.EndIds, Model.Config.VocabSize, memory.Constraints));
            Loop = new DecodingLoop(Model, Tokenizer, Encoder.EndIds, memory.Room, limits);
            Fingerprint = $"fp_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{GetVersion.Current} {FileStamp.Of(folder.Path)}")))[..10]}";
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

    public DecodingLoop Loop { get; }

    /// <summary>One prompt at a time is scored beside the texts that are continued.</summary>
    public SemaphoreSlim Scoring { get; } = new(1);

    /// <summary>Changes when the same request might be answered otherwise.</summary>
    public string Fingerprint { get; }

    /// <summary>The adapter of a folder, for this model's layers.</summary>
    public LoraAdapter LoadAdapter(string path) => LoraAdapter.Load(path, Model.Linears);

    /// <inheritdoc cref="ConstraintCache.Get"/>
    public TextConstraint Constraint(string key, Func<ConstraintVocabulary, TextConstraint> make) => _constraints.Get(key, make);

    public void Dispose()
    {
        Loop.Dispose();
        Scoring.Dispose();
        _folder.Dispose();
    }
}
