using Hone.Engine.ChatTemplates;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.Inference;
using Hone.Server.Limits;
using Hone.Server.Models;
using Hone.Server.StoredCompletions;
using Hone.Server.VectorStores;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Chat;

/// <summary>Answers chat requests: whole, or as a stream.</summary>
sealed class ChatCompletions(VectorStoreRows stores, VectorStoreSearch search, VisibleModels models, LoadedModels loaded, CompletionStore store, RateLimits limits, InferenceMetrics metrics, TimeProvider clock)
{
    /// <summary>Answers an HTTP request in the way that it asks for.</summary>
    public async Task AnswerAsync(JsonFields body, Caller caller, HttpResponse response, CancellationToken cancel)
    {
        using ServedModel model = await RentAsync(body, caller, cancel);
        FileSearch? found = await FileSearch.RunAsync(body, caller, stores, search, cancel);
        ChatCompletion completion = Begin(ChatRequest.Read(body, model, found), model);
        response.Headers["openai-model"] = completion.Model;
        bool streams = completion.Request.Streams;
        int[] prompt = completion.Request.Prompt;
        using GenerationTicket ticket = limits.Begin(caller, prompt.Length, () => model.Start([prompt], completion.Request.Options, wantsPieces: streams));
        try
        {
            if (streams)
                await StreamAsync(completion, ticket, caller, response, cancel);
            else
                await (await FinishAsync(completion, ticket, caller, response.HttpContext.TraceIdentifier, cancel)).SendAsync(response, cancel);
        }
        finally
        {
            // A client that went away has had them.
            limits.SettleTokens(caller, ticket.TakeUncounted());
        }
    }

    async Task<ServedModel> RentAsync(JsonFields body, Caller caller, CancellationToken cancel) =>
        await loaded.RentAsync(models.Find(body.RequiredString("model"), caller), cancel);

    ChatCompletion Begin(ChatRequest request, ServedModel model) =>
        new(Ids.New("chatcmpl-"), clock.GetUtcNow(), model.Entry.Id, model.Base.Fingerprint, request, model.Base);

    async Task<CompletionBody> FinishAsync(ChatCompletion completion, GenerationTicket ticket, Caller caller, string requestId, CancellationToken cancel)
    {
        IReadOnlyList<GenerationOutcome> outcomes = await ticket.Outcomes.WaitAsync(cancel);
        ChatAnswer[] answers = [.. outcomes.Select(outcome => Whole(completion, outcome))];
        limits.SettleTokens(caller, ticket.TakeUncounted());
        Keep(completion, answers, outcomes, caller, requestId);
        return CompletionBody.Of(writer => completion.Write(writer, answers, outcomes), completion.UsageOf(outcomes));
    }

    /// <summary>Measures what was generated, and keeps the answer where that is asked for.</summary>
    void Keep(ChatCompletion completion, IReadOnlyList<ChatAnswer> answers, IReadOnlyList<GenerationOutcome> outcomes, Caller caller, string requestId)
    {
        metrics.Count(completion.UsageOf(outcomes), completion.Model);
        if (completion.Request.Stores)
            store.Add(completion, answers, outcomes, caller, requestId);
    }

    static ChatAnswer Whole(ChatCompletion completion, GenerationOutcome outcome)
    {
        var answer = new ChatAnswer(completion.Base, completion.Request.Tools);
        answer.Add(outcome.Text.Text, outcome.Text.Finish);
        return answer;
    }

    async Task StreamAsync(ChatCompletion completion, GenerationTicket ticket, Caller caller, HttpResponse response, CancellationToken cancel)
    {
        using var events = new EventStream(response);
        var answers = new ChatAnswer?[ticket.Count];
        try
        {
            await foreach (GenerationPiece piece in ticket.ReadPiecesAsync(cancel))
            {
                if (answers[piece.Index] is not { } answer)
                {
                    answers[piece.Index] = answer = new ChatAnswer(completion.Base, completion.Request.Tools);
                    await events.SendAsync(writer => completion.WriteRole(writer, piece.Index), cancel);
                }

                await SendAsync(completion, answer, piece, events, cancel);
            }

            IReadOnlyList<GenerationOutcome> outcomes = await ticket.Outcomes;
            Keep(completion, answers!, outcomes, caller, response.HttpContext.TraceIdentifier);
            if (completion.Request.WantsUsage)
                await events.SendAsync(writer => completion.WriteUsage(writer, completion.UsageOf(outcomes)), cancel);
            await events.EndAsync(cancel);
        }
        catch (Exception failure) when (response.HasStarted && !cancel.IsCancellationRequested)
        {
            await events.FailAsync(failure, cancel);
            throw;
        }
    }

    /// <summary>Sends the parts of a piece; its log probabilities go with the first.</summary>
    static async Task SendAsync(ChatCompletion completion, ChatAnswer answer, GenerationPiece piece, EventStream events, CancellationToken cancel)
    {
        answer.UnsentLogProbabilities.AddRange(piece.LogProbabilities);
        foreach (AnswerPart part in answer.Add(piece.Text, piece.Finish))
        {
            string? callId = part.Call < 0 ? null : answer.Calls[part.Call].Id;
            await events.SendAsync(writer => completion.WritePart(writer, piece.Index, part, callId, answer.UnsentLogProbabilities), cancel);
            answer.UnsentLogProbabilities.Clear();
        }

        if (answer.FinishReason is { } reason)
            await events.SendAsync(writer => completion.WriteFinish(writer, piece.Index, reason, answer.UnsentLogProbabilities), cancel);
    }
}
