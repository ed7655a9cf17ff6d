using System.CommandLine;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data</c>: training files.</summary>
static class DataCommand
{
    public static Command Create() => new("data", Text.Of("Look at training files", "查看训练文件")) { PreviewCommand.Create() };
}
