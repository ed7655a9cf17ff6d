using System.CommandLine;
using System.Security.Cryptography;
using Hone.Server.FineTuning;
using Hone.Server.Models;
using Hone.Server.Storage;

namespace Hone.Cli.FineTuning;

/// <summary><c>hone finetune FILE --model M</c>: trains a model on examples and keeps it under an <c>ft:</c> id.</summary>
static class FinetuneCommand
{
    public static Command Create()
    {
        FinetuneArguments arguments = new();
        Command command = new("finetune", Text.Of("Train a model on your examples", "用样本微调模型"));
        arguments.AddTo(command);
        return command.Does((parse, output, cancel) =>
        {
            DataFolder data = DataFolderOption.Of(parse);
            JobStore store = JobsOf.Data(data);
            string job = parse.GetValue(arguments.Resume) ?? Create(parse, arguments, data, store).Id;
            FinetuneScreen.Run(data, store, job, output, cancel);
        });
    }

    static JobRecord Create(ParseResult parse, FinetuneArguments arguments, DataFolder data, JobStore store)
    {
        ModelRegistry models = new(data);
        string model = models.Find(parse.GetValue(arguments.Model)!).Id;
        TuningMethod method = TuningMethods.Of(models, model, arguments.MethodOf(parse.CommandResult));
        Hyperparameters chosen = arguments.Hyperparameters.Of(parse.CommandResult);
        chosen.Check(method, arguments.FilesOf(parse.CommandResult));
        return JobsOf.CreateHere(
            store,
            new JobRecord
            {
                Model = model,
                TrainingFile = JobsOf.Keep(data, store, parse.GetValue(arguments.File)!, method),
                ValidationFile = parse.GetValue(arguments.Valid) is { } valid ? JobsOf.Keep(data, store, valid, method) : null,
                ReplayFile = parse.GetValue(arguments.Replay) is { } general ? JobsOf.Keep(data, store, general, method) : null,
                Method = method,
                Suffix = parse.GetValue(arguments.Suffix),
                Seed = parse.GetValue(arguments.Seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue),
                CreatedAt = TimeProvider.System.GetUtcNow(),
                Hyperparameters = chosen,
            });
    }
}
