using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Formats;
using Hone.Engine;
using Hone.Engine.Checkpoints;

namespace Hone.Data.Vectors;

/// <summary>Says beside an array, which holds numbers alone, whose vectors they are: <c>vectors.npy.model.json</c> with the model, the rows and the dimensions.</summary>
static class NpyCompanion
{
    const string Model = "model", Rows = "rows", Dimensions = "dimensions";

    public static string PathOf(string array) => array + ".model.json";

    public static void Write(string array, VectorModel model, long rows, int dimensions) =>
        AtomicFile.WriteText(PathOf(array), new JsonObject { [Model] = model.Written, [Rows] = rows, [Dimensions] = dimensions }.ToJsonString() + "\n");

    /// <summary>The model of an array; null where nothing is said, or it is said of an array of another shape.</summary>
    /// <exception cref="HoneException">The file cannot be read.</exception>
    public static VectorModel? Read(string array, int rows, int dimensions)
    {
        string path = PathOf(array);
        if (!File.Exists(path))
            return null;
        try
        {
            using var said = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement file = said.RootElement;
            return file.GetProperty(Rows).GetInt64() == rows && file.GetProperty(Dimensions).GetInt64() == dimensions ? VectorModel.Parse(file.GetProperty(Model).GetString() ?? "") : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IOException or UnauthorizedAccessException)
        {
            string reason = error is IOException or UnauthorizedAccessException ? FileProblem.Of(error) : Text.Of("a model, rows and dimensions are not in it", "其中没有模型、行数和维数");
            throw new HoneException(Text.Of($"{path} is to say whose vectors {array} holds, and cannot be read: {reason}. Delete it, or embed again.", $"{path} 应说明 {array} 的向量来自哪个模型，但无法读取：{reason}。请删除它，或重新生成向量。"), error);
        }
    }
}
