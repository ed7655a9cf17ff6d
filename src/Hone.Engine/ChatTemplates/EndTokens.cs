using Hone.Engine.Checkpoints;
using Hone.Engine.Tokenizers;

namespace Hone.Engine.ChatTemplates;

/// <summary>The tokens that end what a model writes, from every file that names one.</summary>
public static class EndTokens
{
    /// <summary>Those of a folder in Hugging Face layout; first the one that ends a plain text.</summary>
    public static IReadOnlyList<int> Read(string folder, Tokenizer tokenizer)
    {
        string config = Path.Combine(folder, "config.json");
        int[] ids =
        [
            .. (int[])(tokenizer.EndId is { } end ? [end] : []),
            .. GenerationDefaults.Read(Path.Combine(folder, "generation_config.json")).EosTokenIds,
            .. File.Exists(config) ? JsonFile.Read(config).Ids("eos_token_id") ?? [] : [],
        ];
        return [.. ids.Distinct()];
    }
}
