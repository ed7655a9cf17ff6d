using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.FineTuning;
using Hone.Server.FineTuning;

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
            IReadOnlyList<JobRecord> jobs = JobsOf.Data(DataFolderOption.Of(parse)).List(organisation: null, after: null, parse.GetValue(limit));

            string[] header = [Text.Of("JOB", "任务"), Text.Of("STATUS", "状态"), Text.Of("MADE", "创建时间"), Text.Of("BASE", "基础模型"), Text.Of("MODEL", "模型")];
            output.Table([header, .. jobs.Select(job => (string[])[job.Id, job.Status.Name, Time(job.CreatedAt), job.Model, job.FineTunedModel ?? ""])]);
            foreach (JobRecord job in jobs)
                output.Json(ToJson(job));
            output.Json(new JsonObject { ["jobs"] = jobs.Count });
        });
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
