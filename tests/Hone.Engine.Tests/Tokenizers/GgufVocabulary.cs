using System.Text;
using System.Text.Json.Nodes;

namespace Hone.Engine.Tests.Tokenizers;

/// <summary>The vocabulary in a GGUF file (version 3): its key-value pairs, little-endian, of which those of the tokenizer are kept.</summary>
sealed class GgufVocabulary
{
    const uint String = 8, Array = 9;

    const int Control = 3, UserDefined = 4;

    readonly Dictionary<string, object> _values = [];

    GgufVocabulary(BinaryReader reader)
    {
        reader.ReadBytes(4 + 4 + 8); // "GGUF", version, number of tensors
        for (long left = reader.ReadInt64(); left > 0; left--)
            _values[Text(reader)] = Value(reader, reader.ReadUInt32());
    }

    public static GgufVocabulary Read(string path)
    {
        using BinaryReader reader = new(File.OpenRead(path));
        return new GgufVocabulary(reader);
    }

    /// <summary>The same vocabulary as a <c>tokenizer.json</c>; null for a kind that no test knows.</summary>
    public string? ToTokenizerJson() =>
        (Model, Pre) switch
        {
            ("bert", _) => ToWordPiece(),
            ("llama", _) => ToByteFallback(),
            ("gpt2", "gpt-2") => ToByteLevel([], hasRegex: true),
            ("gpt2", "deepseek-llm") => ToByteLevel(
                [Split("[\r\n]"), Split("\\s?[\\p{Lu}\\p{Ll}\\p{Lt}]+"), Split("\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+"), Split("\\s+$"), Split("[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+"), new JsonObject { ["type"] = "Digits", ["individual_digits"] = true }],
                hasRegex: false),
            _ => null,
        };

    /// <summary>The kind of tokenizer, such as <c>bert</c>.</summary>
    string Model => (string)_values["tokenizer.ggml.model"];

    /// <summary>How text is cut before its pieces are looked for.</summary>
    string Pre => (string)_values["tokenizer.ggml.pre"];

    object[] Tokens => (object[])_values["tokenizer.ggml.tokens"];

    JsonObject Vocabulary => new(Tokens.Select((token, id) => KeyValuePair.Create((string)token, (JsonNode?)id)));

    /// <summary>An uncased BERT: words stand behind ▁ in the file and the rest of words bare, here the rest stands behind ##.</summary>
    string ToWordPiece()
    {
        JsonObject vocabulary = [];
        for (int id = 0; id < Tokens.Length; id++)
        {
            string token = (string)Tokens[id];
            bool isSpecial = token.StartsWith('[') && token.EndsWith(']');
            vocabulary[isSpecial ? token : token.StartsWith('▁') ? token[1..] : "##" + token] = id;
        }
        return new JsonObject
        {
            ["version"] = "1.0",
            ["normalizer"] = new JsonObject { ["type"] = "BertNormalizer", ["clean_text"] = true, ["handle_chinese_chars"] = true, ["strip_accents"] = null, ["lowercase"] = true },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["decoder"] = new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
            ["model"] = new JsonObject { ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100, ["vocab"] = vocabulary },
        }.ToJsonString();
    }

    /// <summary>Pairs of bytes, as GPT-2 has them.</summary>
    string ToByteLevel(IEnumerable<JsonObject> splits, bool hasRegex) =>
        new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray([.. AddedTokens()]),
            ["pre_tokenizer"] = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray([.. splits, new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = hasRegex }]) },
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = Vocabulary, ["merges"] = new JsonArray([.. ((object[])_values["tokenizer.ggml.merges"]).Select(merge => (JsonNode)(string)merge)]) },
        }.ToJsonString();

    /// <summary>SentencePiece's pairs with bytes for what is unknown: two pieces are merged the earlier, the higher the score of what they become.</summary>
    string ToByteFallback()
    {
        float[] scores = [.. ((object[])_values["tokenizer.ggml.scores"]).Select(score => (float)score)];
        Dictionary<string, int> ids = Tokens.Select((token, id) => ((string)token, id)).ToDictionary(pair => pair.Item1, pair => pair.id, StringComparer.Ordinal);
        IEnumerable<string> merges = ids
            .SelectMany(token => Enumerable.Range(1, Math.Max(0, token.Key.Length - 1)).Select(cut => (Left: token.Key[..cut], Right: token.Key[cut..], Id: token.Value)))
            .Where(merge => ids.ContainsKey(merge.Left) && ids.ContainsKey(merge.Right))
            .OrderByDescending(merge => scores[merge.Id]).ThenBy(merge => merge.Id).ThenBy(merge => ids[merge.Left])
            .Select(merge => $"{merge.Left} {merge.Right}");
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray([.. AddedTokens()]),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["normalizers"] = new JsonArray(
                    new JsonObject { ["type"] = "Prepend", ["prepend"] = "▁" },
                    new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = " " }, ["content"] = "▁" }),
            },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE", ["unk_token"] = "<unk>", ["fuse_unk"] = true, ["byte_fallback"] = true, ["vocab"] = Vocabulary, ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)merge)]),
            },
        }.ToJsonString();
    }

    /// <summary>Tokens of control, and those that users defined, which are found in text.</summary>
    IEnumerable<JsonObject> AddedTokens() =>
        ((object[])_values["tokenizer.ggml.token_type"])
            .Select((kind, id) => (Kind: (int)kind, Id: id))
            .Where(token => token.Kind is Control or UserDefined)
            .Select(token => new JsonObject
            {
                ["id"] = token.Id, ["content"] = (string)Tokens[token.Id], ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = token.Kind == Control,
            });

    static JsonObject Split(string pattern) =>
        new() { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["behavior"] = "Isolated", ["invert"] = false };

    static string Text(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadInt64()));

    static object Value(BinaryReader reader, uint type) =>
        type switch
        {
            0 or 1 or 7 => reader.ReadByte(),
            2 or 3 => reader.ReadInt16(),
            4 or 5 => reader.ReadInt32(),
            6 => reader.ReadSingle(),
            String => Text(reader),
            Array => List(reader),
            10 or 11 or 12 => reader.ReadInt64(),
            _ => throw new InvalidDataException($"There is no GGUF type {type}."),
        };

    static object[] List(BinaryReader reader)
    {
        uint type = reader.ReadUInt32();
        var items = new object[reader.ReadInt64()];
        for (int i = 0; i < items.Length; i++)
            items[i] = Value(reader, type);
        return items;
    }
}
