using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Engine.Training;
using Hone.Server.FineTuning;
using Hone.Server.Storage;

namespace Hone.Cli.FineTuning;

/// <summary>Runs a job and shows it: what it resolved, how far it is, what came out.</summary>
static class FinetuneScreen
{
    /// <returns>The record of the job, which has succeeded.</returns>
    public static JobRecord Run(ParseResult parse, DataFolder data, JobStore store, string jobId, Output output, CancellationToken cancel)
    {
        output.Line(Text.Of($"Job {jobId}", $"任务 {jobId}"));
        var invocation = (Invocation)parse.InvocationConfiguration;
        string resume = ProgramName.InText(FinetuneCommand.ToResume(data, jobId), invocation.Program);
        invocation.AfterQuitting = Text.Of($"Then go on from the last checkpoint with: {resume}", $"之后可从最后的检查点继续：{resume}");
        Progress? progress = null;
        FineTuningEvents events = new()
        {
            Resolved = (job, examples) =>
            {
                ShowPlan(job, examples, output);
                progress = new Progress(output, job.Resolved!.Steps);
            },
            Step = step => ShowStep(step, progress!, output),
            Notice = notice => output.Notice(notice, progress),
        };
        JobRecord job;
        try
        {
            job = FineTuningRun.Run(data, store, jobId, RunTerms.Interactive, events, cancel);
        }
        finally
        {
            progress?.Dispose();
        }

        if (job.Status == JobStatus.Cancelled)
            throw new HoneException(Text.Of($"The job {job.Id} was cancelled.", $"任务 {job.Id} 已被取消。"));
        if (job.Status != JobStatus.Succeeded)
            throw new HoneException(Text.Of($"Stopped with a checkpoint. Go on with: {FinetuneCommand.ToResume(data, job.Id)}", $"已停止并保存检查点。继续运行：{FinetuneCommand.ToResume(data, job.Id)}"));
        ShowResult(data, job, output);
        return job;
    }

    static void ShowPlan(JobRecord job, int examples, Output output)
    {
        JsonObject values = JobRecord.ToJson(job.Resolved!);
        JsonObject flat = [];
        foreach ((string name, JsonNode? value) in values)
        {
            foreach ((string inner, JsonNode? part) in value as JsonObject ?? new JsonObject { [name] = value?.DeepClone() })
                flat[inner] = part?.DeepClone();
        }

        output.Line(TuningStarts.Describe(job.Start!));
        output.Line(Text.Of($"{examples:N0} examples, seed {job.Seed}", $"{examples:N0} 个样本，种子 {job.Seed}"));
        if (job.Replay is { } replay)
            output.Line(Text.Of(
                $"and in each epoch {replay.ExamplesPerEpoch:N0} of {replay.Examples:N0} in the replay file ({replay.HeldOut:N0} more are held out, to measure what is forgotten)",
                $"每轮另加回放文件 {replay.Examples:N0} 个样本中的 {replay.ExamplesPerEpoch:N0} 个（另有 {replay.HeldOut:N0} 个留出，用于衡量遗忘）"));
        output.Table([.. flat.Select(value => (string[])["  " + value.Key, value.Value is JsonArray list ? string.Join(", ", list) : value.Value?.ToString() ?? ""])]);
        JsonObject plan = new()
        {
            ["job"] = job.Id,
            ["model"] = job.Model,
            ["method"] = job.Method.ToString().ToLowerInvariant(),
            ["start"] = TuningStarts.Describe(job.Start!),
            ["examples"] = examples,
            ["seed"] = job.Seed,
            ["hyperparameters"] = values,
        };
        if (job.Replay is not null)
            plan["replay"] = job.Replay.ToJson();
        output.Json(plan);
    }

    static void ShowStep(StepMetrics step, Progress progress, Output output)
    {
        // As in the results of the API: the whole validation set is called so, and a part of it in turn is not comparable from step to step.
        string validText = step.FullValidLoss is { } full ? string.Create(CultureInfo.InvariantCulture, $"  full valid {full:0.000}")
            : step.ValidLoss is { } part ? string.Create(CultureInfo.InvariantCulture, $"  valid part {part:0.000}")
            : "";
        validText += step.FullValidSpearman is { } spearman ? string.Create(CultureInfo.InvariantCulture, $"  Spearman {spearman:0.000}") : "";
        validText += step.FullValidReciprocalRank is { } rank ? string.Create(CultureInfo.InvariantCulture, $"  MRR {rank:0.000}") : "";
        progress.Report(step.Step, string.Create(CultureInfo.InvariantCulture, $"loss {step.TrainLoss:0.000}{validText}  {step.TokensPerSecond:0} tokens/s"));
        output.Json(StepJson.Of(step));
    }

    static void ShowResult(DataFolder data, JobRecord job, Output output)
    {
        string valid = job.ValidLoss is { } loss ? Text.Of($", validation loss {loss:0.000}", $"，验证损失 {loss:0.000}") : "";
        valid += job.Checkpoints[0].FullValidSpearman is { } spearman ? Text.Of($", Spearman {spearman:0.000}", $"，Spearman {spearman:0.000}") : "";
        valid += job.Checkpoints[0].FullValidReciprocalRank is { } rank ? Text.Of($", mean reciprocal rank {rank:0.000}", $"，平均倒数排名 {rank:0.000}") : "";
        string time = Progress.Duration(TimeSpan.FromSeconds(job.Seconds));
        output.Line(Text.Of(
            $"{job.FineTunedModel}: training loss {job.TrainLoss:0.000}{valid}, {job.TrainedTokens:N0} tokens in {time}",
            $"{job.FineTunedModel}：训练损失 {job.TrainLoss:0.000}{valid}，{job.TrainedTokens:N0} 个词元，用时 {time}"));
        ShowChoice(job, output);
        if (job.Replay is { } replay)
            ShowReplay(replay, output);
        string option = DataFolderOption.ToWrite(data);
        output.Line(job.Method == TuningMethod.Contrastive
            ? Text.Of($"Try it: hone embed FILE --column NAME --model {job.FineTunedModel}{option}", $"试用：hone embed 文件 --column 列 --model {job.FineTunedModel}{option}")
            : Text.Of($"Try it: hone complete {job.FineTunedModel} PROMPT{option}", $"试用：hone complete {job.FineTunedModel} 提示{option}"));
        JsonObject result = new()
        {
            ["fine_tuned_model"] = job.FineTunedModel,
            ["train_loss"] = job.TrainLoss,
            ["valid_loss"] = job.ValidLoss,
            ["trained_tokens"] = job.TrainedTokens,
            ["seconds"] = Math.Round(job.Seconds, 1),
            ["job"] = job.Id,
            ["step"] = job.Checkpoints[0].Step,
            ["chosen_by"] = ChosenBy(job),
        };
        result.AddRanks(job.Checkpoints[0].FullValidSpearman, job.Checkpoints[0].FullValidReciprocalRank);
        if (job.Replay is not null)
            result["replay"] = job.Replay.ToJson();
        output.Json(result);
    }

    /// <summary>By which value of the validation file one step became the model; null where there was no such file, and so no choice.</summary>
    static string? ChosenBy(JobRecord job) =>
        job.ValidLoss is null ? null
        : job.Checkpoints[0].FullValidSpearman is not null ? "full_valid_spearman"
        : job.Checkpoints[0].FullValidReciprocalRank is not null ? "full_valid_mrr"
        : "full_valid_loss";

    static void ShowChoice(JobRecord job, Output output)
    {
        string? measure = ChosenBy(job) switch
        {
            "full_valid_spearman" => Text.Of("the highest Spearman", "Spearman 最高"),
            "full_valid_mrr" => Text.Of("the highest mean reciprocal rank", "平均倒数排名最高"),
            "full_valid_loss" => Text.Of("the lowest loss", "损失最低"),
            _ => null,
        };
        if (measure is not null)
            output.Line(Text.Of(
                $"The model is that of step {job.Checkpoints[0].Step:N0}, which had {measure} on the whole validation file",
                $"模型取自第 {job.Checkpoints[0].Step:N0} 步：在整个验证文件上{measure}"));
    }

    static void ShowReplay(ReplayRecord replay, Output output)
    {
        string loss = replay is { LossBefore: { } before, LossAfter: { } after }
            ? Text.Of(
                FormattableString.Invariant($"; loss on {replay.HeldOut:N0} held-out examples of it: {before:0.000} before, {after:0.000} after"),
                FormattableString.Invariant($"；在其 {replay.HeldOut:N0} 个留出样本上的损失：训练前 {before:0.000}，训练后 {after:0.000}"))
            : "";
        output.Line(Text.Of($"{replay.Tokens:N0} of those tokens are of the replay file{loss}", $"其中 {replay.Tokens:N0} 个词元来自回放文件{loss}"));
    }
}
