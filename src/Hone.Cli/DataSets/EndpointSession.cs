using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Data.Endpoints;

namespace Hone.Cli.DataSets;

/// <summary>An endpoint with the journal of its answers, for the time of a command; says what it cost, and how to go on after a stop.</summary>
sealed class EndpointSession : IDisposable
{
    readonly ParseResult _parse;
    readonly EndpointOptions _options;
    readonly Output _output;
    readonly ChatEndpoint _endpoint;
    readonly AnswerJournal _journal;
    readonly Lock _lock = new();
    Progress? _progress;

    public EndpointSession(ParseResult parse, EndpointOptions options, EndpointSettings settings, string journal, Output output)
    {
        (_parse, _options, _output) = (parse, options, output);
        _journal = AnswerJournal.Open(journal);
        _endpoint = new ChatEndpoint(settings);
        Run = new QuestionRun(_endpoint, _journal, options.Limit(parse, _journal.Spent))
        {
            Concurrency = options.Concurrency(parse),
            OnDone = Report,
        };
        if (_journal.Count > 0)
            output.Notice(Text.Of($"{Text.Counted(_journal.Count, "answer of an earlier run is", "answers of an earlier run are")} in {journal}: nothing is asked twice.", $"{journal} 中有之前运行的 {_journal.Count:N0} 个回答：不会重新询问。"), null);
    }

    public QuestionRun Run { get; }

    /// <summary>Runs <paramref name="ask"/> with progress. Where it stops, what was answered is kept and that is said.</summary>
    public void Ask(int questions, Func<Task> ask)
    {
        _progress = new Progress(_output, questions);
        try
        {
            ask().GetAwaiter().GetResult();
        }
        catch (Exception stop) when (stop is HoneException or OperationCanceledException)
        {
            _progress.Dispose();
            string kept = _journal.Count == 0
                ? Text.Of("Nothing was answered.", "没有得到任何回答。")
                : Text.Of($"{Text.Counted(_journal.Count, "answer is", "answers are")} kept in {_journal.Path}: the same command goes on from there.", $"{_journal.Count:N0} 个回答保存在 {_journal.Path}：运行同一命令即可继续。");
            throw new HoneException(stop is HoneException ? $"{stop.Message} {kept}" : Text.Of($"Stopped. {kept}", $"已停止。{kept}"), stop);
        }
        finally
        {
            _progress.Dispose();
        }
    }

    /// <summary>What all requests cost, as a sentence and for programs.</summary>
    public (string Sentence, JsonObject Json) Spent()
    {
        TokensSpent spent = _journal.Spent;
        decimal? cost = _options.CostOf(_parse, spent);
        string price = cost is { } known ? FormattableString.Invariant($"{Text.Of(", cost ", "，费用 ")}{known:0.####}") : "";
        return (
            Text.Of($"{Text.Counted(spent.Prompt, "token")} asked, {spent.Completion:N0} answered{price}.", $"提问 {spent.Prompt:N0} 个词元，回答 {spent.Completion:N0} 个词元{price}。"),
            new JsonObject { ["prompt_tokens"] = spent.Prompt, ["completion_tokens"] = spent.Completion, ["cost"] = cost }
        );
    }

    /// <summary>Removes the journal: its answers are in the output.</summary>
    public void Forget() => _journal.Delete();

    void Report(int done)
    {
        lock (_lock)
            _progress?.Report(done, "");
    }

    public void Dispose()
    {
        _endpoint.Dispose();
        if (_journal.Count == 0 && _journal.Spent is { Prompt: 0, Completion: 0 })
            _journal.Delete();
        else
            _journal.Dispose();
    }
}
