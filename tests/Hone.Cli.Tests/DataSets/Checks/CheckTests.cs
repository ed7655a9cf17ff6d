using Hone.Cli.Tests.Repository;

namespace Hone.Cli.Tests.DataSets.Checks;

/// <summary>Runs <c>hone data check</c> on files of a folder of its own.</summary>
public abstract class CheckTests : IDisposable
{
    private protected const string Good = """{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "你好"}]}""";

    private protected string Folder { get; } = Directory.CreateTempSubdirectory("hone-check-").FullName;

    private protected static string Model => Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k");

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected CliRun Check(string file, params string[] more) => CliRun.Of(["data", "check", file, "--data", Folder, .. more]);

    private protected string Write(IEnumerable<string> lines) => WriteFile("train.jsonl", string.Concat(lines.Select(line => line + "\n")));

    private protected string WriteFile(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
