using System.Text.Json;

namespace Hone.Engine.Tokenizers;

/// <summary>What tokenizer_config.json (and special_tokens_map.json) say about the special tokens.</summary>
sealed record TokenizerSettings(string? BeginToken, string? EndToken, string? PaddingToken, bool AddsBegin, bool AddsEnd)
{
    public static TokenizerSettings None { get; } = new(null, null, null, false, false);

    /// <summary>Reads the settings in a model's folder; files that are not there say nothing.</summary>
    public static TokenizerSettings Read(string folder)
    {
        JsonElement[] sources = [ReadJson(Path.Combine(folder, "tokenizer_config.json")), ReadJson(Path.Combine(folder, "special_tokens_map.json"))];

        string? Token(string name) => sources.Select(source => TokenText(source, name)).FirstOrDefault(token => token is not null);
        bool Flag(string name) => sources.Any(source => Property(source, name).ValueKind == JsonValueKind.True);

        return new TokenizerSettings(Token("bos_token"), Token("eos_token"), Token("pad_token"), Flag("add_bos_token"), Flag("add_eos_token"));
    }

    // A token is written as its text or as an object with its flags.
    static string? TokenText(JsonElement source, string name)
    {
        JsonElement value = Property(source, name);
        if (value.ValueKind == JsonValueKind.Object)
            value = Property(value, "content");
        return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    static JsonElement Property(JsonElement source, string name) =>
        source.ValueKind == JsonValueKind.Object && source.TryGetProperty(name, out JsonElement value) ? value : default;

    static JsonElement ReadJson(string path)
    {
        if (!File.Exists(path))
            return default;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new HoneException($"{path} is not valid JSON: {e.Message} Download the model again.", e);
        }
    }
}
