using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Corpora;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Tokenizers;

namespace Hone.Server.Pretraining;

/// <summary>Keeps the tokens of a corpus beside the run, so that a second run does not tokenise again.</summary>
static class TokenCache
{
    /// <summary>The corpus as tokens: from the cache where it was made from the same files with the same tokenizer.</summary>
    public static TokenFile Open(
        string folder,
        IReadOnlyList<string> corpora,
        TextReader standardInput,
        string tokenizerFile,
        Tokenizer tokenizer,
        int endId,
        bool isResumed,
        Action<long, long> onProgress,
        CancellationToken cancel
    )
    {
        string tokens = Path.Combine(folder, "tokens.bin");
        string source = Path.Combine(folder, "tokens.json");
        string wanted = Describe(corpora, tokenizerFile, endId);
        bool isFresh = File.Exists(tokens) && File.Exists(source) && File.ReadAllText(source) == wanted;
        bool canReadAgain = !corpora.Contains(CorpusReader.StandardInput);
        if (isFresh && (canReadAgain || isResumed))
            return TokenFile.Open(tokens, tokenizer.VocabSize);
        if (isResumed)
            throw new HoneException(Text.Of(
                "The corpus or the tokenizer has changed since the run began, so it cannot be resumed. Start again without --resume.",
                "语料或分词器在训练开始后已更改，无法恢复。请去掉 --resume 重新开始。"));

        Directory.CreateDirectory(folder);
        File.Delete(source);
        TokenFile.Write(tokens, corpora.SelectMany(path => CorpusReader.Read(path, standardInput)), tokenizer, endId, onProgress, cancel);
        AtomicFile.WriteText(source, wanted);
        return TokenFile.Open(tokens, tokenizer.VocabSize);
    }

    static string Describe(IReadOnlyList<string> corpora, string tokenizerFile, int endId)
    {
        JsonArray files = [];
        foreach (string path in corpora)
        {
            FileInfo file = new(path);
            files.Add(new JsonObject
            {
                ["path"] = path == CorpusReader.StandardInput ? path : file.FullName,
                ["bytes"] = file.Exists ? file.Length : null,
                ["modified"] = file.Exists ? file.LastWriteTimeUtc.Ticks : null,
            });
        }

        JsonObject description = new()
        {
            ["tokenizer_sha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(tokenizerFile))),
            ["end_id"] = endId,
            ["files"] = files,
        };
        return description.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }
}
