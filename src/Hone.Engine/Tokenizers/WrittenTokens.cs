using System.Text.Json;

namespace Hone.Engine.Tokenizers;

/// <summary>A vocabulary whose tokens are strings, as tokenizer.json writes them.</summary>
sealed class WrittenTokens
{
    const int HighestId = 1 << 24;

    readonly string?[] _written;
    readonly Dictionary<string, int> _idOf;

    WrittenTokens(string?[] written, Dictionary<string, int> idOf) => (_written, _idOf) = (written, idOf);

    /// <summary>One more than the highest id.</summary>
    public int Count => _written.Length;

    /// <summary>How many characters all tokens have together.</summary>
    public int Characters => _idOf.Keys.Sum(token => token.Length);

    /// <summary>Every token with its id.</summary>
    public IReadOnlyDictionary<string, int> Ids => _idOf;

    /// <summary>Of an object from token to id.</summary>
    /// <param name="path">Of the file, for messages.</param>
    public static WrittenTokens OfObject(string path, JsonElement vocabulary)
    {
        var idOf = new Dictionary<string, int>(StringComparer.Ordinal);
        int highest = -1;
        foreach (JsonProperty token in vocabulary.EnumerateObject())
        {
            int id = token.Value.GetInt32();
            if (id is < 0 or >= HighestId)
                throw new HoneException($"{path} gives the token \"{token.Name}\" the id {id}, which no model can have. Download the model again.");
            idOf[token.Name] = id;
            highest = Math.Max(highest, id);
        }

        var written = new string?[highest + 1];
        foreach ((string token, int id) in idOf)
            written[id] = token;
        return new WrittenTokens(written, idOf);
    }

    /// <summary>Of tokens in the order of their ids.</summary>
    public static WrittenTokens OfList(IReadOnlyList<string> tokens)
    {
        var idOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < tokens.Count; id++)
            idOf[tokens[id]] = id;
        return new WrittenTokens([.. tokens], idOf);
    }

    /// <summary>The token with this id; empty for an id without one.</summary>
    public string Written(int id) => (uint)id < (uint)_written.Length ? _written[id] ?? "" : "";

    /// <summary>The id of a token, if there is one.</summary>
    public int? Find(string written) => _idOf.TryGetValue(written, out int id) ? id : null;
}
