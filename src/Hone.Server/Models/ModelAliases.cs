using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Engine;

namespace Hone.Server.Models;

/// <summary>Names of OpenAI's models that stand for local ones, so that a script needs no change: defaults, and <c>"aliases"</c> of settings.json.</summary>
public sealed partial class ModelAliases
{
    public const string DefaultModel = "hone-nano";

    /// <summary>The model for embeddings.</summary>
    public const string DefaultEmbeddingModel = "hone-embed";

    static readonly JsonDocumentOptions Format = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    static readonly string[] Known =
    [
        "gpt-4o-mini", "gpt-4o", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4", "gpt-3.5-turbo", "gpt-3.5-turbo-instruct", "babbage-002", "davinci-002",
    ];

    static readonly string[] KnownEmbeddings = ["text-embedding-ada-002", "text-embedding-3-small", "text-embedding-3-large"];

    readonly string _settings;
    (DateTime WrittenAt, Dictionary<string, string> Targets) _read;

    /// <param name="settings">A settings file, which need not exist. When it is changed, so are the aliases.</param>
    public ModelAliases(string settings)
    {
        _settings = settings;
        _read = Read();
    }

    public IReadOnlyDictionary<string, string> Targets
    {
        get
        {
            if (File.GetLastWriteTimeUtc(_settings) != _read.WrittenAt)
                _read = Read();
            return _read.Targets;
        }
    }

    (DateTime, Dictionary<string, string>) Read()
    {
        var targets = Known.ToDictionary(name => name, _ => DefaultModel, StringComparer.Ordinal);
        foreach (string name in KnownEmbeddings)
            targets[name] = DefaultEmbeddingModel;
        DateTime writtenAt = File.GetLastWriteTimeUtc(_settings);
        if (!File.Exists(_settings))
            return (writtenAt, targets);
        try
        {
            using var settings = JsonDocument.Parse(File.ReadAllBytes(_settings), Format);
            if (settings.RootElement.TryGetProperty("aliases", out JsonElement aliases))
                foreach (JsonProperty alias in aliases.EnumerateObject())
                    targets[alias.Name] = alias.Value.GetString() ?? throw new JsonException($"The alias {alias.Name} is null.");
            return (writtenAt, targets);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of(
                $"{_settings} cannot be read: {error.Message} It must be an object whose \"aliases\" are an object of names; correct or delete it.",
                $"无法读取 {_settings}：{error.Message} 它必须是对象，其中 \"aliases\" 是由名称组成的对象；请修改或删除它。"), error);
        }
    }

    /// <summary>The local model's name; null when the name is no alias. A dated snapshot counts as its model.</summary>
    public string? Find(string name) =>
        Targets is var targets && (targets.TryGetValue(name, out string? target) || targets.TryGetValue(Snapshot().Replace(name, ""), out target)) ? target : null;

    [GeneratedRegex(@"-(\d{4}-\d{2}-\d{2}|\d{4})$")]
    private static partial Regex Snapshot();
}
