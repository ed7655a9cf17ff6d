using System.Text.Json;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Server.Http;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn;

/// <summary>What <c>collection.json</c> says of the collection of a folder.</summary>
/// <param name="Generation">Which of its rows count: those of the folder <c>rows-GENERATION</c>.</param>
sealed record CollectionDescription(string Name, int Dimensions, string Metric, int Generation)
{
    const string FileName = "collection.json";

    public VectorCollection Collection => new(Name, Dimensions, Enum.Parse<VectorMetric>(Metric));

    public static CollectionDescription Of(VectorCollection collection) => new(collection.Name, collection.Dimensions, collection.Metric.ToString(), 0);

    /// <summary>Null where there is none.</summary>
    /// <exception cref="HoneException">It cannot be read, or is damaged.</exception>
    public static CollectionDescription? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            if (!File.Exists(path))
                return null;
            CollectionDescription read = JsonSerializer.Deserialize<CollectionDescription>(File.ReadAllBytes(path), Json.Options) ?? throw new JsonException();
            read.Collection.Check();
            return read;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"{path} cannot be read: {error.Message}", $"无法读取 {path}：{error.Message}"), error);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException)
        {
            throw new HoneException(Text.Of($"{path} is damaged. Restore its folder from a copy, or delete the folder.", $"{path} 已损坏。请从副本恢复其文件夹，或删除该文件夹。"), error);
        }
    }

    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, FileName), file => file.Write(Json.Bytes(this)));
}
