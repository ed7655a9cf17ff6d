using System.Text.Json.Nodes;
using Hone.Server.Models;
using Hone.Server.Storage;

namespace Hone.Cli.Tests.Analysis;

/// <summary>Files that analyses are tested with: texts about coffee and dogs, and vectors that lie as these do.</summary>
public abstract class AnalysisTests : IDisposable
{
    private protected static readonly string[] Coffee = ["The coffee tastes bitter", "A strong dark coffee", "I drink coffee every morning", "Fresh coffee from the mill", "This coffee is too weak", "Iced coffee in summer"];
    private protected static readonly string[] Dogs = ["My dog likes to run", "The dog barks at night", "A small dog and a big dog", "Walking the dog in the park", "The old dog sleeps", "Her dog eats a lot"];

    private protected string Folder { get; } = Directory.CreateTempSubdirectory("hone-analysis-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The built-in model with one other weight: a different one to all who compare.</summary>
    private protected string OtherModel()
    {
        string folder = PathOf("other-model");
        string builtIn = new ModelRegistry(new DataFolder(Folder)).Find("hone-embed").Folder;
        foreach (string file in Directory.GetFiles(builtIn, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(builtIn, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
        using FileStream weights = File.OpenWrite(Path.Combine(folder, "model.safetensors"));
        weights.Position = weights.Length - 2;
        weights.Write([0, 0]);
        return folder;
    }

    private protected string PathOf(string name) => Path.Combine(Folder, name);

    private protected string Texts()
    {
        string path = PathOf("texts.csv");
        File.WriteAllLines(path, ["id,text,kind", .. Coffee.Select((text, i) => $"r{i},{text},coffee"), .. Dogs.Select((text, i) => $"r{i + 6},{text},dog")]);
        return path;
    }

    /// <summary>Six vectors near one axis and six near another, and one more.</summary>
    private protected string Vectors(float[]? odd = null)
    {
        string path = PathOf("vectors.csv");
        string Row(string text, int i, string kind, bool isFirst) => FormattableString.Invariant($"r{i},{text},{kind},\"[{(isFirst ? 1 : 0.02 * i)}, {(isFirst ? 0.03 * i : 1)}, {0.01 * (i % 3)}]\"");
        File.WriteAllLines(path, ["id,text,kind,embedding", .. Coffee.Select((text, i) => Row(text, i, "coffee", true)), .. Dogs.Select((text, i) => Row(text, i + 6, "dog", false))]);
        if (odd is not null)
            File.AppendAllText(path, FormattableString.Invariant($"r12,odd,x,\"[{odd[0]}, {odd[1]}, {odd[2]}]\"\n"));
        return path;
    }

    private protected static JsonNode[] Lines(CliRun run) => [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private protected static JsonNode Last(CliRun run) => Lines(run)[^1];
}
