namespace Hone.Cli.Tests.Repository;

/// <summary>The files of this repository, without what is built, fetched or trained in it.</summary>
static class RepositoryFiles
{
    static readonly string[] Outside = ["artifacts", "node_modules", "hone-data", ".git", "TestResults", ".vs", ".idea"];
    static readonly string[] TextExtensions = [".cs", ".csproj", ".props", ".targets", ".slnx", ".json", ".md", ".cmd", ".sh", ".yml", ".yaml", ".css", ".js", ".npmrc", ""];

    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Paths of the text files, relative to the root, with forward slashes.</summary>
    public static IEnumerable<string> Texts() =>
        Walk(Root).Where(path => TextExtensions.Contains(Path.GetExtension(path))).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    static IEnumerable<string> Walk(string folder) =>
        Directory
            .EnumerateFiles(folder)
            .Where(path => Path.GetFileName(path) != ".git") // A worktree has a file of this name.
            .Concat(Directory.EnumerateDirectories(folder).Where(path => !Outside.Contains(Path.GetFileName(path))).SelectMany(Walk));

    static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Hone.slnx")) ? folder : FindRoot(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Hone.slnx"));
}
