using System.CommandLine;

namespace Hone.Cli.Tokenizers;

/// <summary><c>hone tokenizer</c>: vocabularies and token counts.</summary>
static class TokenizerCommand
{
    public static Command Create() =>
        new("tokenizer", Text.Of("Train vocabularies and count tokens", "训练词表、统计词元"))
        {
            TrainCommand.Create(),
            CountCommand.Create(),
        };
}
