using System.Text.RegularExpressions;
using Hone.Engine;
using Hone.Server.Http;

namespace Hone.Server.Models;

/// <summary>Names of OpenAI's models that stand for local ones, so that a script needs no change: defaults, and <c>"aliases"</c> of settings.json.</summary>
public sealed partial class ModelAliases
{
    public const string DefaultModel = "hone-nano";

    /// <summary>The model for embeddings.</summary>
    public const string DefaultEmbeddingModel = "hone-embed";

    static readonly string[] Known =
    [
        "gpt-4o-mini", "gpt-4o", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4", "gpt-3.5-turbo", "gpt-3.5-turbo-instruct", "babbage-002", "davinci-002",
    ];

    static readonly string[] KnownEmbeddings = ["text-embedding-ada-002", "text-embedding-3-small", "text-embedding-3-large"];

    readonly string _settings;
    readonly Action<string> _warn;
    readonly Lock _lock = new();
    DateTime _writtenAt;
    IReadOnlyDictionary<string, string> _targets;

    /// <param name="settings">A settings file, which need not exist. When it is changed, so are the aliases.</param>
    /// <param name="warn">Told when it was changed to something that cannot be read; the aliases then stay as they were.</param>
    /// <exception cref="HoneException">It cannot be read now.</exception>
    public ModelAliases(string settings, Action<string>? warn = null)
    {
        (_settings, _warn) = (settings, warn ?? (static _ => { }));
        _writtenAt = File.GetLastWriteTimeUtc(settings);
        _targets = Read();
    }

    public IReadOnlyDictionary<string, string> Targets
    {
        get
        {
            lock (_lock)
            {
                DateTime writtenAt = File.GetLastWriteTimeUtc(_settings);
                if (writtenAt != _writtenAt)
                {
                    _writtenAt = writtenAt;
                    Reread();
                }

                return _targets;
            }
        }
    }

    void Reread()
    {
        try
        {
            _targets = Read();
        }
        catch (HoneException problem)
        {
            _warn(problem.Message);
        }
    }

    Dictionary<string, string> Read()
    {
        var targets = Known.ToDictionary(name => name, _ => DefaultModel, StringComparer.Ordinal);
        foreach (string name in KnownEmbeddings)
            targets[name] = DefaultEmbeddingModel;
        foreach ((string name, string target) in ServerSettings.Read(_settings, isRequired: false).Aliases)
            targets[name] = target;
        return targets;
    }

    /// <summary>The local model's name; null when the name is no alias. A dated snapshot counts as its model.</summary>
    public string? Find(string name) =>
        Targets is var targets && (targets.TryGetValue(name, out string? target) || targets.TryGetValue(Snapshot().Replace(name, ""), out target)) ? target : null;

    [GeneratedRegex(@"-(\d{4}-\d{2}-\d{2}|\d{4})$")]
    private static partial Regex Snapshot();
}
