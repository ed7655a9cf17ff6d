using Hone.Server.Jobs;
using Hone.Server.Storage;

namespace Hone.Server.Http;

/// <summary>How a server is started.</summary>
/// <param name="Data">Where it keeps everything.</param>
public sealed record ServerOptions(DataFolder Data)
{
    public const string DefaultUrl = "http://127.0.0.1:8000";
    public const string ApiKeyVariable = "HONE_API_KEY";

    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [DefaultUrl];

    /// <summary>The first key: owner of the organisation "local".</summary>
    public string? ApiKey { get; init; }

    /// <summary>The settings file; null for <see cref="DataFolder.Settings"/>, which need not exist.</summary>
    public string? Config { get; init; }

    /// <summary>The settings file that is used.</summary>
    internal string SettingsFile => Config ?? Data.Settings;

    /// <summary>How many fine-tuning jobs may run at once; null for what the settings say.</summary>
    public int? JobsAtOnce { get; init; }

    /// <summary>Starts the workers of jobs; null for a server that leaves them to others over the same database.</summary>
    public IJobLauncher? Launcher { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where the built-in models are; null to look for them.</summary>
    public string? BuiltInModels { get; init; }

    /// <summary>How long requests in progress may go on after the server was told to stop.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
