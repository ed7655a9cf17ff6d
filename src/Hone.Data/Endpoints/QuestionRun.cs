using System.Collections.Concurrent;
using Hone.Engine;

namespace Hone.Data.Endpoints;

/// <summary>
/// Asks many questions, several at a time, and keeps every answer in the journal. Questions that the journal answers, and those that were asked before in the run,
/// are not asked again.
/// </summary>
public sealed class QuestionRun(ChatEndpoint endpoint, AnswerJournal journal, SpendingLimit limit)
{
    /// <summary>So many refusals one after the other, and no answer yet: the questions are not the reason.</summary>
    const int RefusalsInARow = 10;

    const int ShownCharacters = 60;

    readonly ConcurrentDictionary<UInt128, string> _unanswered = [];
    readonly ConcurrentDictionary<UInt128, bool> _asked = [];
    int _answered;
    int _refused;

    /// <summary>How many questions are under way at the same time.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Is told, from several threads, how many questions are done.</summary>
    public Action<int>? OnDone { get; init; }

    /// <summary>Requests that were answered in this run.</summary>
    public int Answered => _answered;

    /// <summary>What the journal answers to a question; null where it stayed unanswered.</summary>
    public string? Find(ChatQuestion question) => journal.Find(question.KeyFor(endpoint.Model));

    /// <summary>Why a question stayed unanswered.</summary>
    public string ReasonOf(ChatQuestion question) => _unanswered.GetValueOrDefault(question.KeyFor(endpoint.Model), "");

    /// <summary>Asks what is not answered yet. The questions are read as they are needed.</summary>
    /// <exception cref="HoneException">The endpoint answers nobody, or the limit is reached. What was answered is kept.</exception>
    public Task AskAsync(IEnumerable<ChatQuestion> questions, AnswerRule rule, CancellationToken cancel) => AskAsync(questions.Select(question => (question, rule)), cancel);

    /// <inheritdoc cref="AskAsync(IEnumerable{ChatQuestion}, AnswerRule, CancellationToken)"/>
    public async Task AskAsync(IEnumerable<(ChatQuestion Question, AnswerRule Rule)> questions, CancellationToken cancel)
    {
        int done = 0;
        ParallelOptions options = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancel };
        await Parallel.ForEachAsync(questions, options, async (each, stop) =>
        {
            UInt128 key = each.Question.KeyFor(endpoint.Model);
            if (!journal.Has(key) && _asked.TryAdd(key, true))
                await AskAsync(key, each.Question, each.Rule, stop);
            OnDone?.Invoke(Interlocked.Increment(ref done));
        });
    }

    async Task AskAsync(UInt128 key, ChatQuestion question, AnswerRule rule, CancellationToken cancel)
    {
        string reason = "";
        for (int tries = 0; tries < rule.Tries; tries++)
        {
            ChatReply? reply = await ReplyAsync(key, question, cancel);
            if (reply is null)
                return;
            TokensSpent spent = new(reply.PromptTokens, reply.CompletionTokens);
            if (reply.Problem is null && rule.Accept(reply.Text) is { } text)
            {
                journal.Add(key, text, spent);
                Interlocked.Increment(ref _answered);
                return;
            }

            journal.AddSpent(spent);
            reason = reply.Problem ?? Text.Of($"the answer cannot be taken: {OneLine.Of(reply.Text, ShownCharacters)}", $"回答无法采用：{OneLine.Of(reply.Text, ShownCharacters)}");
            if (reply.Problem is not null)
                break; // The same question gives the same cut answer.
            question = question with { Messages = [.. question.Messages, new("assistant", reply.Text), new("user", rule.Correction)] };
        }

        _unanswered[key] = reason;
    }

    /// <summary>Null where this question is refused and others need not be.</summary>
    async Task<ChatReply?> ReplyAsync(UInt128 key, ChatQuestion question, CancellationToken cancel)
    {
        TokensSpent most = new(question.PromptTokensAtMost, question.MaxTokens);
        TokensSpent spent = default;
        await limit.ReserveAsync(most, cancel);
        try
        {
            ChatReply reply = await endpoint.AskAsync(question, cancel);
            spent = new(reply.PromptTokens, reply.CompletionTokens);
            Interlocked.Exchange(ref _refused, 0);
            return reply;
        }
        catch (EndpointException refusal) when (!refusal.ConcernsAll && (Interlocked.Increment(ref _refused) < RefusalsInARow || _answered > 0))
        {
            _unanswered[key] = refusal.Message;
            return null;
        }
        finally
        {
            limit.Settle(most, spent);
        }
    }
}
