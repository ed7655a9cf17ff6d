using Hone.Data.Vectors;
using Hone.Engine.Embedding;
using Hone.Server.Embeddings;
using Hone.Server.Http;
using Hone.Server.Models;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.VectorStores.Ingestion;

/// <summary>Makes the vectors of texts and of questions with a store's model, each with the prompt that the model wants before it.</summary>
sealed class StoreEmbedder(ModelRegistry models, LoadedEmbedders embedders, TimeProvider clock)
{
    /// <summary>As many as a text of the interface for embeddings may have: longer ones would keep the model from others.</summary>
    const int MaxQueryTokens = 8192;

    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The model in memory.</summary>
    /// <exception cref="ApiError">It does not exist any more, or makes no embeddings.</exception>
    public Task<LoadedEmbedders.Rented> RentAsync(string model, CancellationToken cancel) => embedders.RentAsync(Find(model), cancel);

    /// <summary>What records say of the model.</summary>
    /// <exception cref="ApiError">It does not exist any more.</exception>
    public VectorModel VectorModelOf(string model) => models.VectorModelOf(Find(model));

    /// <summary>The vectors of parts of files. A part that is longer than what the model reads at once has the mean of its windows: nothing of it is left out.</summary>
    public async Task<float[][]> EmbedPartsAsync(LoadedEmbedders.Rented rented, IReadOnlyList<string> parts, CancellationToken cancel)
    {
        int[][] tokens = Tokens(rented.Model, parts, "passage", "document");
        while (true)
        {
            try
            {
                return await rented.EmbedAsync(tokens, TooLong.Window, cancel);
            }
            catch (ApiError busy) when (busy.Status == StatusCodes.Status429TooManyRequests)
            {
                await Task.Delay(RetryAfter, clock, cancel);
            }
        }
    }

    /// <summary>The vectors of questions.</summary>
    /// <exception cref="ApiError">400: a question is too long. 429: too many texts wait.</exception>
    public static Task<float[][]> EmbedQueriesAsync(LoadedEmbedders.Rented rented, IReadOnlyList<string> queries, CancellationToken cancel)
    {
        int[][] tokens = Tokens(rented.Model, queries, "query");
        if (tokens.Max(query => query.Length) is > MaxQueryTokens and int most)
            throw ApiError.Invalid(FormattableString.Invariant($"A question to search for has {most} tokens; at most {MaxQueryTokens} are possible. Shorten it."), code: "context_length_exceeded");
        return rented.EmbedAsync(tokens, TooLong.Window, cancel);
    }

    ModelEntry Find(string model) => models.FindByName(model) ?? throw ApiError.UnknownModel(model);

    static int[][] Tokens(EmbeddingModel model, IReadOnlyList<string> texts, params string[] promptNames)
    {
        string prompt = promptNames.Select(name => model.Prompts.GetValueOrDefault(name)).FirstOrDefault(found => found is not null) ?? model.DefaultPrompt ?? "";
        return [.. texts.Select(text => model.Tokenizer.Encode(prompt + text, addSpecial: false))];
    }
}
