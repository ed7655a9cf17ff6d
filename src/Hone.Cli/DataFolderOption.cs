using System.CommandLine;
using Hone.Data.Quality;
using Hone.Server.Models;
using Hone.Server.Storage;

namespace Hone.Cli;

/// <summary><c>--data DIR</c>, else <c>HONE_DATA</c>, else <c>hone-data</c> here: where models and jobs are kept.</summary>
static class DataFolderOption
{
    const string Name = "--data";

    public static Option<string> Create() =>
        new Option<string>(Name)
        {
            Description = Text.Of("Folder of models and jobs (else HONE_DATA, else hone-data)", "存放模型和任务的文件夹（否则用 HONE_DATA，再否则用 hone-data）"),
            HelpName = "DIR",
        }.NotEmpty();

    public static DataFolder Of(ParseResult parse) => DataFolder.Of(parse.GetValue<string>(Name));

    /// <summary>What a command that goes on in a data folder needs: nothing where that folder is found without a word.</summary>
    public static string ToWrite(DataFolder data) => data.Root == DataFolder.Of(null).Root ? "" : $" {Name} {ShellWord.Of(data.Root)}";

    /// <summary>The models of the data folder, and the built-in ones.</summary>
    public static ModelRegistry ModelsOf(ParseResult parse) => new(Of(parse));
}
