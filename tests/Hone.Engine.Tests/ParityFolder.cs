using Xunit;

namespace Hone.Engine.Tests;

/// <summary>Reference numbers of other implementations: the folder named by HONE_PARITY, the copy beside the tests, or the one beside the repository.</summary>
static class ParityFolder
{
    static string[] Roots { get; } = FindRoots();

    /// <summary>The repository's own copy of a small model, which is always there.</summary>
    public static string Model(string name) => Path.Combine(RepositoryRoot() ?? "", "tests", "models", name);

    /// <summary>The folder, or a skipped test.</summary>
    public static string Require(string name)
    {
        string? path = FolderOf(name);
        Assert.SkipWhen(path is null, "skipped: shared data not found");
        return path!;
    }

    /// <summary>The cases of a kind, by folder name; one empty name where there are none, so that the test is seen to skip.</summary>
    /// <param name="isWanted">Whether a case's folder is one of them; all are by default.</param>
    public static IEnumerable<TheoryDataRow<string>> Cases(string kind, Func<string, bool>? isWanted = null) =>
        Names(kind, folder => [.. Directory.GetDirectories(folder).Where(isWanted ?? (static _ => true))]);

    /// <summary>The cases of a kind that are one file each, by file name; one empty name where there are none.</summary>
    public static IEnumerable<TheoryDataRow<string>> Files(string kind, string pattern) => Names(kind, folder => Directory.GetFiles(folder, pattern));

    static IEnumerable<TheoryDataRow<string>> Names(string kind, Func<string, string[]> list)
    {
        string[] names = FolderOf(kind) is { } folder ? [.. list(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];
        return (names.Length > 0 ? names : [""]).Select(name => new TheoryDataRow<string>(name));
    }

    static string? FolderOf(string name) => Roots.Select(root => Path.Combine(root, name)).FirstOrDefault(Directory.Exists);

    static string[] FindRoots()
    {
        if (Environment.GetEnvironmentVariable("HONE_PARITY") is { Length: > 0 } named)
            return [named];
        return RepositoryRoot() is { } repository
            ? [Path.Combine(repository, "tests", "parity"), Path.Combine(repository, "..", "shared", "parity")]
            : [];
    }

    public static string? RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Hone.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }
}
