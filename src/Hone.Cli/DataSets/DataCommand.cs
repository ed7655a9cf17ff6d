using System.CommandLine;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data</c>: training files.</summary>
static class DataCommand
{
    public static Command Create() =>
        new("data", Text.Of("Make and look at training files", "制作和查看训练文件"))
        {
            ConvertCommand.Create(),
            PrepareCommand.Create(),
            MergeCommand.Create(),
            SampleCommand.Create(),
            PairsCommand.Create(),
            SplitCommand.Create(),
            PreviewCommand.Create(),
        };
}
