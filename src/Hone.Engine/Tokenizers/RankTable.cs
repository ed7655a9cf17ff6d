using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.Json;
using Hone.Engine.Tokenizers.BytePair;
using Hone.Engine.Tokenizers.Components;
using Hone.Engine.Tokenizers.Splitting;

namespace Hone.Engine.Tokenizers;

/// <summary>Reads the rank tables of OpenAI's tokenizers, which the build makes from the npm package tiktoken (tools/rank-tables.mjs).</summary>
static class RankTable
{
    static readonly ConcurrentDictionary<string, Lazy<Tokenizer>> Loaded = new(StringComparer.Ordinal);

    /// <summary>The encodings there are tables for.</summary>
    public static IReadOnlyList<string> Encodings { get; } = ["cl100k_base", "o200k_base", "p50k_base", "gpt2"];

    /// <summary>The tokenizer of an encoding, shared by all who ask.</summary>
    public static Tokenizer Load(string encoding)
    {
        if (!Encodings.Contains(encoding))
            throw new HoneException($"There is no encoding \"{encoding}\". Supported: {string.Join(", ", Encodings)}.");
        string path = Path.Combine(AppContext.BaseDirectory, "ranks", encoding + ".ranks");
        if (!File.Exists(path))
            throw new HoneException($"The rank table of {encoding} was not built, because the build found no Node.js. Install Node.js 20 or later and run 'dotnet build -c Release'.");
        return Loaded.GetOrAdd(encoding, _ => new Lazy<Tokenizer>(() => new Tokenizer(Read(path)))).Value;
    }

    static TokenizerParts Read(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        int headerLength = BinaryPrimitives.ReadInt32LittleEndian(file);
        JsonElement header = JsonElement.Parse(file.Slice(sizeof(int), headerLength));
        int count = header.GetProperty("count").GetInt32();
        ReadOnlySpan<byte> lengths = file.Slice(sizeof(int) + headerLength, count);

        int at = sizeof(int) + headerLength + count;
        var tokens = new byte[]?[count];
        for (int id = 0; id < count; id++)
        {
            tokens[id] = lengths[id] == 0 ? null : file.Slice(at, lengths[id]).ToArray();
            at += lengths[id];
        }

        var merges = new List<Merge>(count);
        for (int id = 0; id < count; id++)
        {
            ReadOnlySpan<byte> pair = file[(at + (8 * id))..];
            int left = BinaryPrimitives.ReadInt32LittleEndian(pair);
            if (left >= 0)
                merges.Add(new Merge(left, BinaryPrimitives.ReadInt32LittleEndian(pair[4..]), id));
        }

        var model = new ByteLevelModel(new Vocabulary(tokens), new PairTable(merges), wholePiecesFirst: true);
        Splitter splitter = Splitter.ByPattern[header.GetProperty("pattern").GetString()!];
        return new TokenizerParts
        {
            AddedTokens = [.. header.GetProperty("special_tokens").EnumerateObject().Select(Special)],
            Model = model,
            PreTokenizer = PreTokenizer.Chain([new ScannerSplit(splitter)], model),
            Decoder = [new ByteLevelDecoder()],
            Settings = TokenizerSettings.None with { EndToken = "<|endoftext|>" },
        };
    }

    static AddedToken Special(JsonProperty token) =>
        new(token.Value.GetInt32(), token.Name, IsSpecial: true, SingleWord: false, StripsLeft: false, StripsRight: false, IsNormalized: false);
}
