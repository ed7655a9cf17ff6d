using System.Text.Json;
using Hone.Cli.Tests.Repository;
using Hone.Server.FineTuning;
using Hone.Server.Storage;

namespace Hone.Cli.Tests.FineTuning;

/// <summary>A data folder and training files of one test, and a small real model.</summary>
sealed class Workplace : IDisposable
{
    static readonly string[] Things = ["dog", "cat", "ball", "toy", "cake", "tree"];

    public string Folder { get; } = Directory.CreateTempSubdirectory("hone-finetune-").FullName;

    public static string Model => Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k");

    public string Data => Path.Combine(Folder, "data");

    public void Dispose()
    {
        // A process that was killed takes its time to go, and its last write may come in between.
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.Delete(Folder, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Sleep(50);
            }
        }
    }

    /// <summary>Writes prompts and completions.</summary>
    public string Completions(int count, string name = "train.jsonl") =>
        Write(name, Enumerable.Range(0, count).Select(i => (object)new { prompt = $"The {Things[i % Things.Length]} was {(i % 2 == 0 ? "happy" : "sad")} {i}.", completion = i % 2 == 0 ? " Good" : " Bad" }));

    public string Chats(int count) =>
        Write("chat.jsonl", Enumerable.Range(0, count).Select(i => (object)new { messages = new object[] { new { role = "user", content = $"Name {i}" }, new { role = "assistant", content = Things[i % Things.Length] } } }));

    public string Preferences(int count) =>
        Write("preferences.jsonl", Enumerable.Range(0, count).Select(i => (object)new
        {
            input = new { messages = new[] { new { role = "user", content = $"Name {i}" } } },
            preferred_output = new[] { new { role = "assistant", content = "dog" } },
            non_preferred_output = new[] { new { role = "assistant", content = "cat" } },
        }));

    public string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs <c>hone finetune</c> with <c>--json</c> on the small model.</summary>
    public CliRun Finetune(string file, params string[] more) => Run(["finetune", file, "--model", Model, .. more]);

    public CliRun Run(params string[] args) => CliRun.Of([.. args, "--data", Data, "--json"]);

    public static JsonElement[] Lines(CliRun run) => [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    public static string TunedModel(CliRun run) => Lines(run)[^1].GetProperty("fine_tuned_model").GetString()!;

    /// <summary>The record of the only job.</summary>
    public JobRecord Job() => Store().List(organisation: null, after: null, count: 2).Single();

    /// <summary>What happened to it, in order.</summary>
    public IReadOnlyList<JobEvent> Events() => Store().EventsSince(Job().Id, after: 0);

    public string JobFolder() => Directory.GetDirectories(Path.Combine(Data, "jobs")).Single();

    /// <summary>The weights that were trained, by the model's name.</summary>
    public byte[] Weights(string model)
    {
        string folder = Path.Combine(Data, "models", model.Replace(':', '+'));
        string adapter = Path.Combine(folder, "adapter_model.safetensors");
        return File.ReadAllBytes(File.Exists(adapter) ? adapter : Path.Combine(folder, "model.safetensors"));
    }

    JobStore Store() => new(Database.Open(new DataFolder(Data)), TimeProvider.System);

    string Write(string name, IEnumerable<object> lines) => Write(name, string.Join('\n', lines.Select(line => JsonSerializer.Serialize(line))) + "\n");
}
