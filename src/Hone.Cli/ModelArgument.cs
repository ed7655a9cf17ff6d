using System.CommandLine;

namespace Hone.Cli;

/// <summary>MODEL: a built-in or added name, an <c>ft:</c> id, or a folder in Hugging Face layout.</summary>
static class ModelArgument
{
    public static Argument<string> Create() => new("MODEL") { Description = Description };

    public static Option<string> CreateOption() => new("--model", "-m") { Description = Description, HelpName = "MODEL", Required = true };

    static string Description => Text.Of("Model: a name, an ft: id or a folder", "模型：名称、ft: 标识或文件夹");
}
