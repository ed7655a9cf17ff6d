using System.Text;
using System.Text.Json;

namespace Hone.Engine.Tests.Tokenizers;

/// <summary>SentencePiece-style encoding by its definition: look at every pair, merge the one that comes first in the list, begin again.</summary>
static class PlainMerges
{
    public static int[] Encode(string folder, string text)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "tokenizer.json")));
        JsonElement model = document.RootElement.GetProperty("model");
        Dictionary<string, int> vocabulary = model.GetProperty("vocab").EnumerateObject().ToDictionary(token => token.Name, token => token.Value.GetInt32());
        Dictionary<string, int> rankOf = [];
        foreach (JsonElement merge in model.GetProperty("merges").EnumerateArray())
            rankOf[merge.ValueKind == JsonValueKind.String ? merge.GetString()! : $"{merge[0]} {merge[1]}"] = rankOf.Count;

        List<string> symbols = [];
        foreach (Rune rune in ("▁" + text.Replace(' ', '▁')).EnumerateRunes())
        {
            if (vocabulary.ContainsKey(rune.ToString()))
                symbols.Add(rune.ToString());
            else
                symbols.AddRange(Encoding.UTF8.GetBytes(rune.ToString()).Select(value => $"<0x{value:X2}>"));
        }

        while (true)
        {
            int best = Enumerable.Range(0, symbols.Count - 1).DefaultIfEmpty(-1).MinBy(i => i < 0 ? int.MaxValue : Rank(symbols, i, rankOf));
            if (best < 0 || Rank(symbols, best, rankOf) == int.MaxValue)
                return [.. symbols.Select(symbol => vocabulary[symbol])];
            symbols[best] += symbols[best + 1];
            symbols.RemoveAt(best + 1);
        }
    }

    static int Rank(List<string> symbols, int at, Dictionary<string, int> rankOf) => rankOf.GetValueOrDefault($"{symbols[at]} {symbols[at + 1]}", int.MaxValue);
}
