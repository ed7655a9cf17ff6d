using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine.Checkpoints;

namespace Hone.Server.Pretraining;

/// <summary>What sentence-transformers needs beside an encoder to make embeddings with it: the mean over the tokens, of length 1.</summary>
static class EmbeddingFiles
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <param name="maxTokens">Of a text.</param>
    public static void Write(string folder, int maxTokens)
    {
        Write(folder, "modules.json", new JsonArray(Module(0, "", "Transformer"), Module(1, "1_Pooling", "Pooling"), Module(2, "2_Normalize", "Normalize")));
        Write(folder, "sentence_bert_config.json", new JsonObject { ["max_seq_length"] = maxTokens, ["do_lower_case"] = false });
        Directory.CreateDirectory(Path.Combine(folder, "1_Pooling"));
        Write(folder, Path.Combine("1_Pooling", "config.json"), new JsonObject { ["pooling_mode_cls_token"] = false, ["pooling_mode_mean_tokens"] = true });
    }

    static JsonObject Module(int index, string path, string type) =>
        new() { ["idx"] = index, ["name"] = $"{index}", ["path"] = path, ["type"] = $"sentence_transformers.models.{type}" };

    static void Write(string folder, string name, JsonNode content) => AtomicFile.WriteText(Path.Combine(folder, name), content.ToJsonString(Indented) + "\n");
}
