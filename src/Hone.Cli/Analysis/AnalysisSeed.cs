using System.CommandLine;

namespace Hone.Cli.Analysis;

/// <summary><c>--seed N</c>: what is chosen by chance, such as first centres and samples.</summary>
static class AnalysisSeed
{
    public static Option<ulong> Create() => new("--seed") { Description = Text.Of("Another number, another choice by chance", "随机种子，不同则随机选择不同"), HelpName = "N", DefaultValueFactory = _ => 0 };
}
