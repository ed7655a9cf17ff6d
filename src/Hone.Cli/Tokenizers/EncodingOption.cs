using System.CommandLine;
using Hone.Engine.Tokenizers;
using Hone.Server.Models;

namespace Hone.Cli.Tokenizers;

/// <summary><c>--encoding E</c>: one of OpenAI's encodings, or a model whose tokenizer is meant.</summary>
static class EncodingOption
{
    const string Name = "--encoding";

    public static Option<string> Create(string otherwise = "cl100k_base") =>
        new(Name)
        {
            Description = Text.Of($"{string.Join(", ", Tokenizer.TiktokenEncodings)} or a model", $"{string.Join("、", Tokenizer.TiktokenEncodings)} 或一个模型"),
            HelpName = "ENCODING|MODEL",
            DefaultValueFactory = _ => otherwise,
        };

    public static string Of(ParseResult parse) => parse.GetValue<string>(Name)!;

    /// <summary>The tokenizer that the option names; models are looked for in the data folder.</summary>
    public static Tokenizer Load(ParseResult parse) => Load(Of(parse), parse);

    /// <summary>The tokenizer of an encoding or a model.</summary>
    public static Tokenizer Load(string name, ParseResult parse)
    {
        if (Tokenizer.TiktokenEncodings.Contains(name))
            return Tokenizer.Tiktoken(name);
        if (File.Exists(name))
            return Tokenizer.Load(name);
        ModelRegistry registry = DataFolderOption.ModelsOf(parse);
        return Tokenizer.Load(registry.BaseOf(registry.Find(name)).Folder);
    }
}
