using System.CommandLine;
using System.Security.Cryptography;
using Hone.Data.Formats;
using Hone.Data.Quality;
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
            FinetuneScreen.Run(parse, data, store, job, output, cancel);
        });
    }

    /// <summary>Preferences are learnt by one method alone, which is to be named. What else may be wrong with the file is said where it is read.</summary>
    static void RequireDpo(string file, TuningMethod method)
    {
        bool isPreference = false;
        try
        {
            isPreference = method is TuningMethod.Lora or TuningMethod.Full && File.Exists(file) && DatasetReader.KindOf(file) == DatasetKind.Preference;
        }
        catch (HoneException problem) when (problem is not PipeException) { }
        if (isPreference)
            throw new HoneException(Text.Of(
                $"{file} holds preferences, which only the method dpo learns from: add --method dpo in place of any other. To learn from the preferred answers alone: hone data convert {ShellWord.Of(file)} --to chat",
                $"{file} 是偏好数据，只能用 dpo 方法训练：请加上 --method dpo。如只学习偏好的回答：hone data convert {ShellWord.Of(file)} --to chat"));
    }

    /// <summary>The command that goes on with a job.</summary>
    public static string ToResume(DataFolder data, string job) => $"hone finetune --resume {job}{DataFolderOption.ToWrite(data)}";

    static JobRecord Create(ParseResult parse, FinetuneArguments arguments, DataFolder data, JobStore store)
    {
        ModelRegistry models = new(data);
        string model = models.Find(parse.GetValue(arguments.Model)!).Id;
        TuningMethod method = TuningMethods.Of(models, model, arguments.MethodOf(parse.CommandResult));
        Hyperparameters chosen = arguments.Hyperparameters.Of(parse.CommandResult);
        chosen.Check(method, arguments.FilesOf(parse.CommandResult));
        RequireDpo(parse.GetValue(arguments.File)!, method);
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
