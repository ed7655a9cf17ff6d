using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;

namespace Hone.Server.Tests.Models;

/// <summary>A Llama of a few hundred random weights, as a folder.</summary>
static class TinyModel
{
    const string Config = """
        {
          "model_type": "llama", "hidden_size": 8, "num_attention_heads": 2, "num_hidden_layers": 1, "intermediate_size": 12, "vocab_size": 20,
          "max_position_embeddings": 32, "dtype": "float32"
        }
        """;

    public static string Write(string folder, ulong seed = 1, ElementType type = ElementType.F32)
    {
        string config = folder + ".config";
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        File.WriteAllText(config, Config);
        CausalModel model = Architectures.Create(ModelConfig.Read(config, Architectures.Names), new RandomWeights(ModelConfig.Read(config, Architectures.Names), seed, ElementType.F32));
        ModelFolder.Write(folder, config, companionFolder: null, model.Parameters, type);
        File.WriteAllText(Path.Combine(folder, ModelFolder.TokenizerFile), "{}");
        return folder;
    }
}
