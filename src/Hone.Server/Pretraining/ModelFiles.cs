using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Hone.Engine.Tokenizers;

namespace Hone.Server.Pretraining;

/// <summary>The files of a new model in Hugging Face layout.</summary>
sealed class ModelFiles
{
    const string GenerationFile = "generation_config.json";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    readonly string _folder;
    readonly string _tokenizerFolder;
    readonly PretrainConfig _config;
    readonly Tokenizer _tokenizer;

    public ModelFiles(string folder, string tokenizerFolder, PretrainConfig config, Tokenizer tokenizer)
    {
        _folder = folder;
        _tokenizerFolder = tokenizerFolder;
        _config = config;
        _tokenizer = tokenizer;
        string end = config.DocumentEnd ?? "";
        EndId = (end.Length > 0 ? tokenizer.TokenId(end) : tokenizer.EndId)
            ?? throw new HoneException(end.Length > 0
                ? Text.Of($"The tokenizer has no token {end}, which document_end names.", $"分词器中没有 document_end 指定的词元 {end}。")
                : Text.Of("The tokenizer names no end token. Name one as document_end in the configuration.", "分词器没有结束词元。请在配置中用 document_end 指定。"));
    }

    /// <summary>The token after each document.</summary>
    public int EndId { get; }

    ElementType StoredType => _config.Dtype == "bfloat16" ? ElementType.BF16 : ElementType.F32;

    /// <summary>Writes everything but the weights, and reads the configuration back as any model's.</summary>
    public ModelConfig WriteDescription()
    {
        Directory.CreateDirectory(_folder);
        JsonObject model = _config.Model.DeepClone().AsObject();
        model.TryAdd("vocab_size", _tokenizer.VocabSize);
        model.TryAdd("max_position_embeddings", _config.Context);
        model.TryAdd("bos_token_id", _tokenizer.BeginId);
        model.TryAdd("eos_token_id", EndId);
        model.TryAdd("pad_token_id", _tokenizer.PaddingId);
        model["dtype"] = _config.Dtype;
        string path = Path.Combine(_folder, "config.json");
        AtomicFile.WriteText(path, model.ToJsonString(Indented) + "\n");

        // Before the generation settings, which are not those beside the tokenizer.
        if (Path.GetFullPath(_tokenizerFolder) != Path.GetFullPath(_folder))
            ModelFolder.CopyCompanions(_tokenizerFolder, _folder);

        if (Architectures.EncoderNames.Contains((string?)model["model_type"]))
        {
            File.Delete(Path.Combine(_folder, GenerationFile));
            EmbeddingFiles.Write(_folder, _config.Context);
        }
        else
        {
            WriteGeneration();
        }
        return ReadBack(path);
    }

    void WriteGeneration()
    {
        JsonArray ends = [];
        foreach (string token in _config.EndTokens)
            ends.Add(_tokenizer.TokenId(token) ?? throw new HoneException(Text.Of($"The tokenizer has no token {token}, which end_tokens names.", $"分词器中没有 end_tokens 指定的词元 {token}。")));
        if (ends.Count == 0)
            ends.Add(EndId);
        JsonObject generation = new() { ["eos_token_id"] = ends, ["pad_token_id"] = _tokenizer.PaddingId };
        AtomicFile.WriteText(Path.Combine(_folder, GenerationFile), generation.ToJsonString(Indented) + "\n");
    }

    ModelConfig ReadBack(string path)
    {
        ModelConfig config = ModelConfig.Read(path, [.. Architectures.Names, .. Architectures.EncoderNames]);
        if (config.VocabSize < _tokenizer.VocabSize)
            throw new HoneException(Text.Of(
                $"The model's vocab_size {config.VocabSize} is smaller than the tokenizer's {_tokenizer.VocabSize}. Leave it out of the configuration.",
                $"模型的 vocab_size {config.VocabSize} 小于分词器的 {_tokenizer.VocabSize}。请从配置中去掉它。"));
        if (config.MaxPositions < _config.Context)
            throw new HoneException(Text.Of(
                $"The model's max_position_embeddings {config.MaxPositions} is smaller than the context {_config.Context}. Raise it or leave it out.",
                $"模型的 max_position_embeddings {config.MaxPositions} 小于 context {_config.Context}。请增大或去掉它。"));
        return config;
    }

    public void WriteWeights(TransformerModel model) => SafetensorsWriter.Write(Path.Combine(_folder, CheckpointFolder.WeightsFile), model.Parameters, StoredType);
}
