using System.Text.Json;
using Hone.Engine.Generation;
using Hone.Engine.Tokenizers;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.Inference;
using Hone.Server.Limits;
using Hone.Server.Models;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Completions;

/// <summary>Continues texts: as a whole, or as a stream.</summary>
sealed class TextCompletions(VisibleModels models, LoadedModels loaded, RateLimits limits, InferenceMetrics metrics, TimeProvider clock)
{
    /// <summary>Answers an HTTP request in the way that it asks for.</summary>
    public async Task AnswerAsync(JsonFields body, Caller caller, HttpResponse response, CancellationToken cancel)
    {
        using ServedModel model = await RentAsync(body, caller, cancel);
        var request = CompletionRequest.Read(body, model.Base);
        response.Headers["openai-model"] = model.Entry.Id;
        using GenerationTicket? ticket = limits.Begin(caller, request.Prompts.Sum(prompt => prompt.Length), () => Start(request, model));
        try
        {
            if (request.Streams)
                await StreamAsync(request, model, ticket, response, cancel);
            else
                await (await CompleteAsync(request, model, ticket, caller, cancel)).SendAsync(response, cancel);
        }
        finally
        {
            // A client that went away has had them.
            limits.SettleTokens(caller, ticket?.TakeUncounted() ?? 0);
        }
    }

    static GenerationTicket? Start(CompletionRequest request, ServedModel model) =>
        request.GeneratesNothing ? null : model.Start(request.Prompts, request.Options, wantsPieces: request.Streams);

    async Task<ServedModel> RentAsync(JsonFields body, Caller caller, CancellationToken cancel) =>
        await loaded.RentAsync(models.Find(body.RequiredString("model"), caller), cancel);

    async Task<CompletionBody> CompleteAsync(CompletionRequest request, ServedModel model, GenerationTicket? ticket, Caller caller, CancellationToken cancel)
    {
        Head head = NewHead(model);
        IReadOnlyList<GenerationOutcome> outcomes = ticket is null ? Nothing(request) : await ticket.Outcomes.WaitAsync(cancel);
        var choices = new List<(TextChoice Choice, int Offset)>();
        for (int prompt = 0; prompt < request.Prompts.Count; prompt++)
        {
            TextChoice? echo = await EchoAsync(request, model, prompt, cancel);
            int offset = echo is null ? PromptCharacters(request, prompt, model.Base.Tokenizer) : 0;
            int first = prompt * request.Options.Choices;
            IEnumerable<GenerationOutcome> best = outcomes.Skip(first).Take(request.Options.Choices);
            if (request.Options.Choices > request.Choices)
                best = best.OrderByDescending(outcome => outcome.Text.LogProbabilities.Select(item => item.LogProbability).DefaultIfEmpty(0).Average()).Take(request.Choices);
            choices.AddRange(best.Select((outcome, j) => (Join(echo, ChoiceOf(prompt * request.Choices + j, outcome)), offset)));
        }

        Usage usage = Usage.Of(request.Prompts, outcomes);
        limits.SettleTokens(caller, ticket?.TakeUncounted() ?? 0);
        metrics.Count(usage, model.Entry.Id);
        return CompletionBody.Of(writer => head.Write(writer, request, choices, usage), usage);
    }

    static IReadOnlyList<GenerationOutcome> Nothing(CompletionRequest request) =>
        [.. Enumerable.Repeat(new GenerationOutcome(new GeneratedText("", [], FinishReason.Length, []), 0, 0), request.Prompts.Count * request.Options.Choices)];

    static TextChoice ChoiceOf(int index, GenerationOutcome outcome) =>
        new(index, outcome.Text.Text, [.. outcome.Text.LogProbabilities.Select(item => (item.Id, (TokenLogProbability?)item))], outcome.Text.Finish.Name());

    static TextChoice Join(TextChoice? echo, TextChoice choice) =>
        echo is null ? choice : choice with { Text = echo.Text + choice.Text, Tokens = [.. echo.Tokens, .. choice.Tokens] };

    /// <summary>The prompt as the beginning of its continuations; null where it is not wanted.</summary>
    static async Task<TextChoice?> EchoAsync(CompletionRequest request, ServedModel model, int prompt, CancellationToken cancel)
    {
        if (!request.Echoes)
            return null;
        int[] tokens = request.Prompts[prompt];
        string text = model.Base.Tokenizer.Decode(tokens);
        if (request.LogProbabilities is not { } top)
            return new TextChoice(0, text, [], FinishReason: null);
        IReadOnlyList<TokenLogProbability> scores = await model.ScoreAsync(tokens, top, cancel);
        return new TextChoice(0, text, [(tokens[0], null), .. scores.Select(score => (score.Id, (TokenLogProbability?)score))], FinishReason: null);
    }

    static int PromptCharacters(CompletionRequest request, int prompt, Tokenizer tokenizer) =>
        request.LogProbabilities is null ? 0 : TextChoice.Characters(tokenizer.Decode(request.Prompts[prompt]));

    async Task StreamAsync(CompletionRequest request, ServedModel model, GenerationTicket? ticket, HttpResponse response, CancellationToken cancel)
    {
        using var events = new EventStream(response);
        Head head = NewHead(model);
        try
        {
            int[] offsets = [.. Enumerable.Range(0, request.Prompts.Count * request.Choices).Select(index => request.Echoes ? 0 : PromptCharacters(request, index / request.Choices, model.Base.Tokenizer))];
            for (int index = 0; request.Echoes && index < offsets.Length; index++)
            {
                TextChoice echo = (await EchoAsync(request, model, index / request.Choices, cancel))! with { Index = index };
                await SendAsync(echo);
            }

            for (int index = 0; ticket is null && index < offsets.Length; index++)
                await SendAsync(new TextChoice(index, "", [], FinishReason.Length.Name()));
            if (ticket is not null)
            {
                await foreach (GenerationPiece piece in ticket.ReadPiecesAsync(cancel))
                    await SendAsync(new TextChoice(piece.Index, piece.Text, [.. piece.LogProbabilities.Select(item => (item.Id, (TokenLogProbability?)item))], piece.Finish?.Name()));
            }

            Usage usage = Usage.Of(request.Prompts, ticket is null ? [] : await ticket.Outcomes);
            metrics.Count(usage, model.Entry.Id);
            if (request.WantsUsage)
                await events.SendAsync(writer => head.Write(writer, request, [], usage), cancel);

            await events.EndAsync(cancel);

            Task SendAsync(TextChoice choice) => events.SendAsync(writer => head.Write(writer, request, choice, ref offsets[choice.Index]), cancel);
        }
        catch (Exception failure) when (response.HasStarted && !cancel.IsCancellationRequested)
        {
            await events.FailAsync(failure, cancel);
            throw;
        }
    }

    Head NewHead(ServedModel model) => new(Ids.New("cmpl-"), clock.GetUtcNow(), model.Entry.Id, model.Base);

    /// <summary>The answer, and each event of a stream; only what ends a stream, or a whole answer, has the usage.</summary>
    public static readonly ObjectShape Answer = Shape.Closed(
        Field.Required("id", Shape.AnyText),
        Field.Required("object", Shape.OneOf("text_completion")),
        Field.Required("created", Shape.Moment),
        Field.Required("model", Shape.AnyText),
        Field.Required("system_fingerprint", Shape.AnyText),
        Field.Required("choices", Shape.List(TextChoice.Object)),
        Field.Optional("usage", Usage.Object)).Named("TextCompletion");

    /// <summary>What all chunks of an answer have in common.</summary>
    sealed record Head(string Id, DateTimeOffset Created, string Model, LoadedBase Base)
    {
        public void Write(Utf8JsonWriter writer, CompletionRequest request, IReadOnlyList<(TextChoice Choice, int Offset)> choices, Usage usage)
        {
            WriteStart(writer);
            foreach ((TextChoice choice, int offset) in choices)
            {
                int at = offset;
                choice.Write(writer, request, Base.Tokenizer, ref at);
            }

            writer.WriteEndArray();
            writer.WritePropertyName("usage");
            usage.Write(writer);
            writer.WriteEndObject();
        }

        /// <summary>A chunk.</summary>
        public void Write(Utf8JsonWriter writer, CompletionRequest request, TextChoice choice, ref int offset)
        {
            WriteStart(writer);
            choice.Write(writer, request, Base.Tokenizer, ref offset);
            writer.WriteEndArray();
            if (request.WantsUsage)
                writer.WriteNull("usage");
            writer.WriteEndObject();
        }

        void WriteStart(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("id", Id);
            writer.WriteString("object", "text_completion");
            writer.WriteNumber("created", Created.ToUnixTimeSeconds());
            writer.WriteString("model", Model);
            writer.WriteString("system_fingerprint", Base.Fingerprint);
            writer.WriteStartArray("choices");
        }
    }
}
