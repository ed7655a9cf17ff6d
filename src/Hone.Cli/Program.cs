using System.CommandLine;
using Hone.Cli;
using Hone.Cli.Access;
using Hone.Cli.Analysis;
using Hone.Cli.Bench;
using Hone.Cli.DataSets;
using Hone.Cli.Embedding;
using Hone.Cli.Generation;
using Hone.Cli.Models;
using Hone.Cli.Evaluation;
using Hone.Cli.Files;
using Hone.Cli.FineTuning;
using Hone.Cli.Jobs;
using Hone.Cli.Pretraining;
using Hone.Cli.Serving;
using Hone.Cli.Tokenizers;
using Hone.Cli.Vectors;

return CommandLine.Run(args, Commands, Invocation.OfProcess());

/// <summary>The `hone` executable.</summary>
static partial class Program
{
    /// <summary>Every command, in the order in which the help lists them.</summary>
    public static readonly Func<Command>[] Commands =
    [
        DemoCommand.Create,
        FinetuneCommand.Create,
        JobsCommand.Create,
        WorkerCommand.Create,
        CompleteCommand.Create,
        ChatCommand.Create,
        EvalCommand.Create,
        EmbedCommand.Create,
        SearchCommand.Create,
        ClusterCommand.Create,
        RecommendCommand.Create,
        OutliersCommand.Create,
        DiversityCommand.Create,
        ClassifyCommand.Create,
        DedupeCommand.Create,
        VectorsCommand.Create,
        ServeCommand.Create,
        KeysCommand.Create,
        FilesCommand.Create,
        ModelsCommand.Create,
        DataCommand.Create,
        TokenizerCommand.Create,
        PretrainCommand.Create,
        BenchCommand.Create,
    ];
}
