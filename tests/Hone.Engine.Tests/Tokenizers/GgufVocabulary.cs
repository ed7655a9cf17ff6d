using System.Text;
using System.Text.Json.Nodes;

namespace Hone.Engine.Tests.Tokenizers;

/// <summary>The vocabulary in a GGUF file (version 3): its key-value pairs, little-endian, of which those of the tokenizer are kept.</summary>
sealed class GgufVocabulary
{
    const uint String = 8, Array = 9;

    readonly Dictionary<string, object> _values = [];

    GgufVocabulary(BinaryReader reader)
    {
        reader.ReadBytes(4 + 4 + 8); // "GGUF", version, number of tensors
        for (long left = reader.ReadInt64(); left > 0; left--)
            _values[Text(reader)] = Value(reader, reader.ReadUInt32());
    }

    /// <summary>The kind of tokenizer, such as <c>bert</c>.</summary>
    public string Model => (string)_values["tokenizer.ggml.model"];

    public static GgufVocabulary Read(string path)
    {
        using BinaryReader reader = new(File.OpenRead(path));
        return new GgufVocabulary(reader);
    }

    /// <summary>The same vocabulary as the <c>tokenizer.json</c> of an uncased BERT: words stand behind ▁ there and the rest of words bare, here the rest stands behind ##.</summary>
    public string ToWordPiece()
    {
        JsonObject vocabulary = [];
        object[] tokens = (object[])_values["tokenizer.ggml.tokens"];
        for (int id = 0; id < tokens.Length; id++)
        {
            string token = (string)tokens[id];
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
