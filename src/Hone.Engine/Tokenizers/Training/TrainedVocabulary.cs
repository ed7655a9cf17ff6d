using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine.Tokenizers.BytePair;
using Hone.Engine.Tokenizers.Splitting;

namespace Hone.Engine.Tokenizers.Training;

/// <summary>A vocabulary as training made it, ready to be written in Hugging Face's format.</summary>
public sealed class TrainedVocabulary
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    readonly IReadOnlyList<string> _specialTokens;
    readonly IReadOnlyList<byte[]> _tokens;
    readonly IReadOnlyList<Merge> _merges;

    internal TrainedVocabulary(IReadOnlyList<string> specialTokens, IReadOnlyList<byte[]> tokens, IReadOnlyList<Merge> merges) =>
        (_specialTokens, _tokens, _merges) = (specialTokens, tokens, merges);

    /// <summary>The number of tokens: fewer than asked for where the corpus has no more pairs.</summary>
    public int Size => _tokens.Count;

    /// <summary>Writes tokenizer.json and, where there is none yet, tokenizer_config.json.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        Write(Path.Combine(folder, "tokenizer.json"), ToJson());
        string settings = Path.Combine(folder, "tokenizer_config.json");
        if (!File.Exists(settings))
            Write(settings, Settings());
    }

    static void Write(string path, JsonObject json)
    {
        string temporary = path + ".tmp";
        using (FileStream file = File.Create(temporary))
        {
            JsonSerializer.Serialize(file, json, Readable);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    JsonObject Settings()
    {
        var settings = new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast", ["add_bos_token"] = false };
        if (_specialTokens.Count > 0)
            (settings["eos_token"], settings["pad_token"]) = (_specialTokens[0], _specialTokens[0]);
        return settings;
    }

    JsonObject ToJson() =>
        new()
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. _specialTokens.Select(AddedToken)]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "Split",
                        ["pattern"] = new JsonObject { ["Regex"] = Splitter.TrainingPattern },
                        ["behavior"] = "Isolated",
                        ["invert"] = false,
                    },
                    ByteLevel()
                ),
            },
            ["post_processor"] = null,
            ["decoder"] = ByteLevel(),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = false,
                ["vocab"] = new JsonObject(_tokens.Select((_, id) => KeyValuePair.Create(Written(id), (JsonNode?)id))),
                ["merges"] = new JsonArray([.. _merges.Select(merge => new JsonArray(Written(merge.Left), Written(merge.Right)))]),
            },
        };

    string Written(int id) => id < _specialTokens.Count ? _specialTokens[id] : ByteAlphabet.FromBytes(_tokens[id]);

    static JsonObject ByteLevel() =>
        new()
        {
            ["type"] = "ByteLevel",
            ["add_prefix_space"] = false,
            ["trim_offsets"] = true,
            ["use_regex"] = false,
        };

    static JsonNode AddedToken(string content, int id) =>
        new JsonObject
        {
            ["id"] = id,
            ["content"] = content,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        };
}
