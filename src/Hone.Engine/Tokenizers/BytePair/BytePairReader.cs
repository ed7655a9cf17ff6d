using System.Text;
using System.Text.Json;

namespace Hone.Engine.Tokenizers.BytePair;

/// <summary>Reads the model part of tokenizer.json: vocabulary, merges and switches.</summary>
sealed class BytePairReader(string path, JsonElement model)
{
    const string Supported = "BPE";

    /// <param name="isByteLevel">Whether tokens are written with stand-ins for bytes.</param>
    /// <param name="specialIds">Tokens that ordinary text must never become.</param>
    public TokenModel Read(bool isByteLevel, IReadOnlySet<int> specialIds)
    {
        // Files of early versions do not name the type of a BPE model.
        string type = model.TryGetProperty("type", out JsonElement value) ? value.GetString() ?? "" : Supported;
        if (type != Supported)
            throw new HoneException($"{path} has a model of type \"{type}\". Supported: {Supported}.");
        foreach (string name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
            if (model.TryGetProperty(name, out JsonElement affix) && affix.ValueKind == JsonValueKind.String && affix.GetString() != "")
                throw new HoneException($"{path} uses \"{name}\" in its BPE model, which is not supported. Supported: models without it.");
        if (model.TryGetProperty("dropout", out JsonElement dropout) && dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() > 0)
            throw new HoneException($"{path} asks for BPE dropout, which makes encoding random. Set \"dropout\" to null.");

        Dictionary<string, int> idOf = ReadVocabulary(out string?[] written);
        var pairs = new PairTable(ReadMerges(idOf));
        if (isByteLevel)
        {
            byte[]? BytesOf(string? token, int id) =>
                token is null || specialIds.Contains(id) ? null : ByteAlphabet.ToBytes(token) ?? Encoding.UTF8.GetBytes(token);

            byte[]?[] bytes = [.. written.Select(BytesOf)];
            return new ByteLevelModel(new Vocabulary(bytes), pairs, Flag("ignore_merges"));
        }

        int? unknown = null;
        if (model.TryGetProperty("unk_token", out JsonElement token) && token.ValueKind == JsonValueKind.String)
            unknown = idOf.TryGetValue(token.GetString()!, out int id) ? id : null;
        var options = new CharacterModel.Options(unknown, Flag("fuse_unk"), Flag("byte_fallback"), Flag("ignore_merges"));
        return new CharacterModel(written, idOf, pairs, options);
    }

    bool Flag(string name) => model.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    Dictionary<string, int> ReadVocabulary(out string?[] written)
    {
        JsonElement vocabulary = model.GetProperty("vocab");
        var idOf = new Dictionary<string, int>(StringComparer.Ordinal);
        int highest = -1;
        foreach (JsonProperty token in vocabulary.EnumerateObject())
        {
            int id = token.Value.GetInt32();
            if (id < 0 || id >= 1 << 24)
                throw new HoneException($"{path} gives the token \"{token.Name}\" the id {id}, which no model can have. Download the model again.");
            idOf[token.Name] = id;
            highest = Math.Max(highest, id);
        }

        written = new string?[highest + 1];
        foreach ((string token, int id) in idOf)
            written[id] = token;
        return idOf;
    }

    List<Merge> ReadMerges(Dictionary<string, int> idOf)
    {
        var merges = new List<Merge>();
        foreach (JsonElement merge in model.GetProperty("merges").EnumerateArray())
        {
            (string left, string right) = ReadPair(merge);
            if (!idOf.TryGetValue(left, out int leftId) || !idOf.TryGetValue(right, out int rightId) || !idOf.TryGetValue(left + right, out int merged))
                throw new HoneException($"{path} merges \"{left}\" with \"{right}\" (merge {merges.Count}), but its vocabulary lacks one of them or the result.");
            merges.Add(new Merge(leftId, rightId, merged));
        }
        return merges;
    }

    // Merges are written as "a b" or, by newer versions, as ["a", "b"].
    (string Left, string Right) ReadPair(JsonElement merge)
    {
        string[] parts = merge.ValueKind == JsonValueKind.String ? merge.GetString()!.Split(' ') : [.. merge.EnumerateArray().Select(part => part.GetString()!)];
        return parts.Length == 2 ? (parts[0], parts[1]) : throw new HoneException($"{path} has a merge that is no pair: {merge.GetRawText()}.");
    }
}
