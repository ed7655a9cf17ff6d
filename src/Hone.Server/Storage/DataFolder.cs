namespace Hone.Server.Storage;

/// <summary>Where everything that Hone keeps lies: <c>hone-data/</c>, or what <c>--data</c> or <c>HONE_DATA</c> names. Deleting it resets Hone.</summary>
/// <param name="root">Need not exist yet.</param>
public sealed class DataFolder(string root)
{
    public const string DefaultName = "hone-data";
    public const string Variable = "HONE_DATA";

    public string Root { get; } = Path.GetFullPath(root);

    public string Settings => Path.Combine(Root, "settings.json");

    /// <summary>The SQLite database, where no other is named.</summary>
    public string Database => Path.Combine(Root, "hone.db");

    public string Models => Path.Combine(Root, "models");

    /// <summary>The contents of files, each under its id.</summary>
    public string Files => Path.Combine(Root, "files");

    /// <summary>The reports on files, by id and language; they can be made again.</summary>
    public string Reports => Path.Combine(Root, "reports");

    /// <summary>The parts of uploads that are not complete.</summary>
    public string Uploads => Path.Combine(Root, "uploads");

    /// <summary>What batches have answered so far.</summary>
    public string Batches => Path.Combine(Root, "batches");

    /// <summary>The vectors of vector stores.</summary>
    public string VectorStores => Path.Combine(Root, "vector_stores");

    public string Jobs => Path.Combine(Root, "jobs");

    /// <summary>The folder that an option names, else the environment, else <c>hone-data</c> in the current folder.</summary>
    public static DataFolder Of(string? option) =>
        new(option ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : DefaultName));

    public string ReportPath(string fileId, string language) => Path.Combine(Reports, $"{fileId}.{language}.json");

    public string Job(string id) => Path.Combine(Jobs, id);
}
