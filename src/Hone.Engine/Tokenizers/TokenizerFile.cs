using System.Text.Json;
using Hone.Engine.Tokenizers.BytePair;
using Hone.Engine.Tokenizers.Components;
using Hone.Engine.Tokenizers.Unigram;
using Hone.Engine.Tokenizers.WordPiece;

namespace Hone.Engine.Tokenizers;

/// <summary>Reads tokenizer.json as Hugging Face's tokenizers writes it. What it does not know it refuses by name.</summary>
sealed class TokenizerFile
{
    readonly string _path;
    readonly JsonElement _root;

    TokenizerFile(string path, JsonElement root) => (_path, _root) = (path, root);

    /// <summary>Reads the file, and the settings beside it.</summary>
    public static TokenizerParts Read(string path)
    {
        if (!File.Exists(path))
            throw new HoneException($"There is no tokenizer at {path}. A model's folder needs its tokenizer.json.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            TokenizerSettings settings = TokenizerSettings.Read(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new TokenizerFile(path, document.RootElement).ReadParts(settings);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new HoneException($"{path} is not a valid tokenizer.json: {e.Message} Download the model again.", e);
        }
    }

    TokenizerParts ReadParts(TokenizerSettings settings)
    {
        JsonElement preTokenizer = Part("pre_tokenizer");
        JsonElement decoder = Part("decoder");
        bool isByteLevel = ContainsType(preTokenizer, "ByteLevel") || ContainsType(decoder, "ByteLevel");

        var components = new ComponentReader(_path);
        List<AddedToken> addedTokens = ReadAddedTokens();
        HashSet<int> specialIds = [.. addedTokens.Where(token => token.IsSpecial).Select(token => token.Id)];
        TokenModel model = ReadModel(isByteLevel, specialIds);
        List<PreTokenizer> preTokenizers = preTokenizer.ValueKind == JsonValueKind.Object ? components.PreTokenizers(preTokenizer) : [];
        (List<int> before, List<int> after) = components.Template(Part("post_processor"));
        if (Part("post_processor").ValueKind != JsonValueKind.Object)
        {
            int? IdOf(string? content) => addedTokens.Find(token => token.Content == content)?.Id ?? (content is null ? null : model.Find(content));
            before = settings.AddsBegin && IdOf(settings.BeginToken) is { } begin ? [begin] : [];
            after = settings.AddsEnd && IdOf(settings.EndToken) is { } end ? [end] : [];
        }

        return new TokenizerParts
        {
            AddedTokens = addedTokens,
            Model = model,
            Normalizer = Part("normalizer") is { ValueKind: JsonValueKind.Object } normalizer ? components.Normalizer(normalizer) : null,
            PreTokenizer = PreTokenizer.Chain(preTokenizers, model),
            Before = before,
            After = after,
            Decoder = decoder.ValueKind == JsonValueKind.Object ? components.Decoder(decoder) : [new SpaceJoinDecoder()],
            Settings = settings,
        };
    }

    TokenModel ReadModel(bool isByteLevel, HashSet<int> specialIds)
    {
        JsonElement model = Required(_root, "model");
        // Files of early versions do not name the type of a BPE model.
        string? type = model.TryGetProperty("type", out JsonElement value) ? value.GetString() : "BPE";
        return type switch
        {
            "BPE" => new BytePairReader(_path, model).Read(isByteLevel, specialIds),
            "WordPiece" => WordPieceModel.Read(_path, model, specialIds),
            "Unigram" => UnigramModel.Read(_path, model, specialIds),
            _ => throw new HoneException($"{_path} has a model of type \"{type}\". Supported: BPE, WordPiece, Unigram."),
        };
    }

    List<AddedToken> ReadAddedTokens()
    {
        var tokens = new List<AddedToken>();
        if (Part("added_tokens").ValueKind != JsonValueKind.Array)
            return tokens;
        foreach (JsonElement token in Part("added_tokens").EnumerateArray())
        {
            bool Flag(string name) => token.TryGetProperty(name, out JsonElement value) && value.GetBoolean();
            tokens.Add(
                new AddedToken(
                    Required(token, "id").GetInt32(),
                    Required(token, "content").GetString()!,
                    Flag("special"),
                    Flag("single_word"),
                    Flag("lstrip"),
                    Flag("rstrip"),
                    Flag("normalized")
                )
            );
        }
        return tokens;
    }

    JsonElement Part(string name) => _root.TryGetProperty(name, out JsonElement part) ? part : default;

    JsonElement Required(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value)
            ? value
            : throw new HoneException($"{_path} has no \"{name}\" where one is needed. Download the model again.");

    /// <summary>Whether a component, or one within it, has this type.</summary>
    static bool ContainsType(JsonElement component, string type) =>
        component.ValueKind switch
        {
            JsonValueKind.Object => component.EnumerateObject()
                .Any(property => (property.Name == "type" && property.Value.ValueEquals(type)) || ContainsType(property.Value, type)),
            JsonValueKind.Array => component.EnumerateArray().Any(item => ContainsType(item, type)),
            _ => false,
        };
}
