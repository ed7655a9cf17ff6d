using System.CommandLine;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data</c>: training files.</summary>
static class DataCommand
{
    public static Command Create() =>
        new("data", Text.Of("Make, check and look at training files", "制作、检查和查看训练文件"))
        {
            ConvertCommand.Create(),
            CheckCommand.Create(),
            PrepareCommand.Create(),
            MergeCommand.Create(),
            SampleCommand.Create(),
            PairsCommand.Create(),
            SplitCommand.Create(),
            DedupeCommand.Create(),
            AugmentCommand.Create(),
            LabelCommand.Create(),
            QualityCommand.Create(),
            PreviewCommand.Create(),
        };
}
