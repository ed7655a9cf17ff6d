using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.FineTuning;
using Hone.Server.FineTuning;

namespace Hone.Cli.Jobs;

/// <summary><c>hone jobs events JOB</c>: what happened, the oldest first; with <c>--follow</c> until the job has ended.</summary>
static class ShowEvents
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        Argument<string> id = JobArgument.Create();
        Option<bool> follow = new("--follow", "-f") { Description = Text.Of("Go on until the job has ended", "持续显示直到任务结束") };
        return new Command("events", Text.Of("Show what happened to a job", "显示任务的事件")) { id, follow, DataFolderOption.Create() }.Does((parse, output, cancel) =>
        {
            JobStore store = JobsOf.Data(DataFolderOption.Of(parse));
            string job = store.Get(parse.GetRequiredValue(id)).Id;
            long shown = Show(store, job, after: 0, output);
            while (parse.GetValue(follow) && !cancel.IsCancellationRequested)
            {
                // Asked before the events: what happened at the end is then among them.
                bool hasEnded = store.Get(job).Status.IsFinal;
                shown = Show(store, job, shown, output);
                if (hasEnded)
                    return;
                cancel.WaitHandle.WaitOne(Interval);
            }
        });
    }

    /// <returns>The last event that was shown.</returns>
    static long Show(JobStore store, string job, long after, Output output)
    {
        while (store.EventsSince(job, after) is { Count: > 0 } events)
        {
            foreach (JobEvent happened in events)
            {
                string level = happened.Level == JobEvent.Info ? "" : $"[{happened.Level}] ";
                output.Line($"{happened.CreatedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}  {level}{happened.Message}");
                output.Json(new JsonObject
                {
                    ["id"] = happened.Id,
                    ["created_at"] = happened.CreatedAt.ToUnixTimeSeconds(),
                    ["level"] = happened.Level,
                    ["message"] = happened.Message,
                    ["data"] = happened.Data is null ? null : JsonNode.Parse(happened.Data),
                });
            }

            after = events[^1].Sequence;
        }

        return after;
    }
}
