using Hone.Engine.ChatTemplates;
using Hone.Engine.Tokenizers;

namespace Hone.Data.Tests.Formats;

/// <summary>A small tokenizer with ChatML, from the reference cases that the tests carry.</summary>
static class TestEncoder
{
    public static string RepositoryRoot { get; } = FindRoot(AppContext.BaseDirectory);

    public static ChatEncoder Create()
    {
        var tokenizer = Tokenizer.Load(Path.Combine(RepositoryRoot, "tests", "parity", "tokenizers-hf", "qwen2-style"));
        var template = ChatTemplate.Load(Path.Combine(AppContext.BaseDirectory, "no model"), token => tokenizer.TokenId(token) is not null);
        return new ChatEncoder(tokenizer, template, [tokenizer.TokenId("<|endoftext|>")!.Value]);
    }

    static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Hone.slnx")) ? folder : FindRoot(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Hone.slnx"));
}
