using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.FineTuning;
using Hone.Server.FineTuning;
using Hone.Server.Jobs;
using Hone.Server.Storage;

namespace Hone.Cli.Jobs;

/// <summary><c>hone jobs list</c></summary>
static class ListJobs
{
    const int Shown = 20;

    public static Command Create()
    {
        Option<int> limit = PositiveOption.Create("--limit", Text.Of("How many", "数量"), Shown);
        return new Command("list", Text.Of("List the newest jobs", "列出最新的任务")) { limit, DataFolderOption.Create() }.Does((parse, output) =>
        {
            DataFolder data = DataFolderOption.Of(parse);
            JobStore store = JobsOf.Data(data);
            IReadOnlyList<JobRecord> jobs = store.List(organisation: null, after: null, parse.GetValue(limit));
            IReadOnlySet<string> left = new JobTurns(store, TimeProvider.System).Left();

            string[] header = [Text.Of("JOB", "任务"), Text.Of("STATUS", "状态"), Text.Of("MADE", "创建时间"), Text.Of("KEEPS", "占用"), Text.Of("BASE", "基础模型"), Text.Of("MODEL", "模型")];
            output.Table([header, .. jobs.Select(job => (string[])[job.Id, job.Status.Name, Time(job.CreatedAt), Quantity.Bytes(JobFolder.Size(data, job.Id)), job.Model, job.FineTunedModel ?? ""])]);
            foreach (JobRecord job in jobs.Where(job => left.Contains(job.Id)))
                output.Line(HasNoProcess(data, job));
            foreach (JobRecord job in jobs)
                output.Json(ToJson(data, job, left));
            output.Json(new JsonObject { ["jobs"] = jobs.Count });
        });
    }

    /// <summary>What is said of a job whose process is gone.</summary>
    public static string HasNoProcess(DataFolder data, JobRecord job) => Text.Of(
        $"No process works on {job.Id} any more: a running server goes on with it. Without one: {FinetuneCommand.ToResume(data, job.Id)}",
        $"已没有进程在处理 {job.Id}：运行中的服务器会继续处理。没有服务器时：{FinetuneCommand.ToResume(data, job.Id)}");

    /// <summary>A job with what the data folder says of it.</summary>
    /// <param name="left">The jobs whose process is gone.</param>
    public static JsonObject ToJson(DataFolder data, JobRecord job, IReadOnlySet<string> left)
    {
        JsonObject json = ToJson(job);
        json["bytes"] = JobFolder.Size(data, job.Id);
        json["has_no_process"] = left.Contains(job.Id);
        return json;
    }

    public static JsonObject ToJson(JobRecord job) =>
        new()
        {
            ["job"] = job.Id,
            ["status"] = job.Status.Name,
            ["organisation"] = job.Organisation,
            ["model"] = job.Model,
            ["method"] = job.Method.ToString().ToLowerInvariant(),
            ["created_at"] = job.CreatedAt.ToUnixTimeSeconds(),
            ["finished_at"] = job.FinishedAt?.ToUnixTimeSeconds(),
            ["estimated_finish"] = job.Status == JobStatus.Running ? job.EstimatedFinish?.ToUnixTimeSeconds() : null,
            ["fine_tuned_model"] = job.FineTunedModel,
            ["error"] = job.Error?.Message,
        };

    public static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
