using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Hone.Server.Tests.Inference;

namespace Hone.Server.Tests.Models;

/// <summary>An encoder of random weights, small enough to be written by every test that wants one, with the tokenizer of stories260k.</summary>
static class TinyEncoder
{
    public const int Dimensions = 32, Context = 40;

    /// <param name="tokens">Of the weights; the tokenizer has 512.</param>
    public static void Write(string folder, ulong seed, int tokens = 512)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, ModelFolder.ConfigFile);
        File.WriteAllText(path, $$"""
            {"model_type":"bert","hidden_size":{{Dimensions}},"num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":48,"vocab_size":{{tokens}},"max_position_embeddings":{{Context}},"type_vocab_size":1}
            """);
        ModelFolder.CopyCompanions(Path.Combine(StoriesServer.ModelsFolder, StoriesServer.Model), folder);
        var config = ModelConfig.Read(path, Architectures.EncoderNames);
        TransformerModel model = Architectures.CreateAny(config, new RandomWeights(config with { InitializerRange = 0.2f }, seed, ElementType.F32));
        SafetensorsWriter.Write(Path.Combine(folder, CheckpointFolder.WeightsFile), model.Parameters, ElementType.F32);
        File.WriteAllText(Path.Combine(folder, "modules.json"), """[{"path":"","type":"Transformer"},{"path":"1_Pooling","type":"Pooling"}]""");
        Directory.CreateDirectory(Path.Combine(folder, "1_Pooling"));
        File.WriteAllText(Path.Combine(folder, "1_Pooling", "config.json"), """{"pooling_mode_mean_tokens":true}""");
        File.WriteAllText(Path.Combine(folder, "config_sentence_transformers.json"), """{"prompts":{"query":"find "}}""");
    }
}
