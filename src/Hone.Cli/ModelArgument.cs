using System.CommandLine;

namespace Hone.Cli;

/// <summary>MODEL: a built-in or added name, an <c>ft:</c> id, or a folder in Hugging Face layout.</summary>
static class ModelArgument
{
    public static Argument<string> Create() => new("MODEL") { Description = Description };

    public static Option<string> CreateOption() => new("--model", "-m") { Description = Description, HelpName = "MODEL", Required = true };

    /// <summary>The option where one of the built-in models does for most.</summary>
    public static Option<string> CreateOption(string byDefault) => new Option<string>("--model", "-m") { Description = Description, HelpName = "MODEL", DefaultValueFactory = _ => byDefault }.NotEmpty();

    static string Description => Text.Of("Model: a name, an ft: id or a folder", "模型：名称、ft: 标识或文件夹");
}
