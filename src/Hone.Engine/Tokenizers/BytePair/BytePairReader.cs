using System.Text;
using System.Text.Json;

namespace Hone.Engine.Tokenizers.BytePair;

/// <summary>Reads the model part of tokenizer.json: vocabulary, merges and switches.</summary>
sealed class BytePairReader(string path, JsonElement model)
{
    /// <param name="isByteLevel">Whether tokens are written with stand-ins for bytes.</param>
    /// <param name="specialIds">Tokens that ordinary text must never become.</param>
    public TokenModel Read(bool isByteLevel, IReadOnlySet<int> specialIds)
    {
        foreach (string name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
            if (model.TryGetProperty(name, out JsonElement affix) && affix.ValueKind == JsonValueKind.String && affix.GetString() != "")
                throw new HoneException($"{path} uses \"{name}\" in its BPE model, which is not supported. Supported: models without it.");
        if (model.TryGetProperty("dropout", out JsonElement dropout) && dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() > 0)
            throw new HoneException($"{path} asks for BPE dropout, which makes encoding random. Set \"dropout\" to null.");

        var tokens = WrittenTokens.OfObject(path, model.GetProperty("vocab"));
        var pairs = new PairTable(ReadMerges(tokens.Ids));
        if (isByteLevel)
        {
            byte[]? BytesOf(int id) =>
                tokens.Written(id) is not { Length: > 0 } token || specialIds.Contains(id) ? null : ByteAlphabet.ToBytes(token) ?? Encoding.UTF8.GetBytes(token);

            byte[]?[] bytes = [.. Enumerable.Range(0, tokens.Count).Select(BytesOf)];
            return new ByteLevelModel(new Vocabulary(bytes), pairs, Flag("ignore_merges"));
        }

        int? unknown = null;
        if (model.TryGetProperty("unk_token", out JsonElement token) && token.ValueKind == JsonValueKind.String)
            unknown = tokens.Find(token.GetString()!);
        var options = new CharacterModel.Options(unknown, Flag("fuse_unk"), Flag("byte_fallback"), Flag("ignore_merges"));
        return new CharacterModel(tokens, pairs, options);
    }

    bool Flag(string name) => model.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    List<Merge> ReadMerges(IReadOnlyDictionary<string, int> idOf)
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
