using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.FineTuning;
using Hone.Server.FineTuning;
using Hone.Server.Jobs;
using Hone.Server.Storage;

namespace Hone.Cli.Jobs;

/// <summary><c>hone jobs show JOB</c></summary>
static class ShowJob
{
    public static Command Create()
    {
        Argument<string> id = JobArgument.Create();
        return new Command("show", Text.Of("Show a job and how it went", "显示任务及其结果")) { id, DataFolderOption.Create() }.Does((parse, output) =>
        {
            DataFolder data = DataFolderOption.Of(parse);
            JobStore store = JobsOf.Data(data);
            Show(data, store.Get(parse.GetRequiredValue(id)), new JobTurns(store, TimeProvider.System).Left(), output);
        });
    }

    /// <summary>What is known about a job: for people the lines that have a value.</summary>
    static void Show(DataFolder data, JobRecord job, IReadOnlySet<string> left, Output output)
    {
        (string Name, string? Value)[] lines =
        [
            (Text.Of("job", "任务"), job.Id),
            (Text.Of("status", "状态"), job.Status.Name),
            (Text.Of("organisation", "组织"), job.Organisation),
            (Text.Of("base", "基础模型"), job.Model),
            (Text.Of("method", "方法"), job.Method.ToString().ToLowerInvariant()),
            (Text.Of("training file", "训练文件"), Named(job.TrainingFile)),
            (Text.Of("validation file", "验证文件"), Named(job.ValidationFile)),
            (Text.Of("replay file", "回放文件"), Named(job.ReplayFile)),
            (Text.Of("seed", "种子"), job.Seed.ToString(CultureInfo.InvariantCulture)),
            (Text.Of("made", "创建时间"), ListJobs.Time(job.CreatedAt)),
            (Text.Of("finished", "完成时间"), job.FinishedAt is { } finished ? ListJobs.Time(finished) : null),
            (Text.Of("expected end", "预计完成"), job.Status == JobStatus.Running && job.EstimatedFinish is { } estimate ? ListJobs.Time(estimate) : null),
            (Text.Of("model", "模型"), job.FineTunedModel),
            (Text.Of("training loss", "训练损失"), job.TrainLoss?.ToString("0.000", CultureInfo.InvariantCulture)),
            (Text.Of("validation loss", "验证损失"), job.ValidLoss?.ToString("0.000", CultureInfo.InvariantCulture)),
            (Text.Of("keeps", "占用"), Quantity.Bytes(JobFolder.Size(data, job.Id))),
            (Text.Of("error", "错误"), job.Error?.Message),
        ];
        output.Table([.. lines.Where(line => line.Value is not null).Select(line => (string[])[line.Name, line.Value!])]);
        if (left.Contains(job.Id))
            output.Line(ListJobs.HasNoProcess(data, job));
        JsonObject json = ListJobs.ToJson(data, job, left);
        json["training_file"] = job.TrainingFile.Label;
        json["validation_file"] = job.ValidationFile?.Label;
        json["replay_file"] = job.ReplayFile?.Label;
        json["hyperparameters"] = job.Resolved is null ? null : JobRecord.ToJson(job.Resolved);
        if (job.Replay is not null)
            json["replay"] = job.Replay.ToJson();
        output.Json(json);
    }

    static string? Named(JobFile? file) => file is { Id: { } id, Name: { } name } ? $"{name} ({id})" : file?.Label;
}
