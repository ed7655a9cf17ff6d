using Hone.Data.Checks.Reports;
using Hone.Engine;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Embedding;

namespace Hone.Data.Checks;

/// <summary>What a check looks at.</summary>
public sealed record CheckOptions
{
    /// <summary>The published rule counts with cl100k_base.</summary>
    public const string PublishedEncoding = "cl100k_base";

    /// <summary>Tokens above which the published rule warns.</summary>
    public const int PublishedLimit = 4096;

    /// <summary>One of OpenAI's encodings; null for no count of tokens.</summary>
    public string? Encoding { get; init; } = PublishedEncoding;

    /// <summary>Tokens of an example above which a warning is given, and which are not billed.</summary>
    public int TokenLimit { get; init; } = PublishedLimit;

    /// <summary>The model that is to be trained; null where only what holds for all models is checked.</summary>
    public CheckedModel? Model { get; init; }

    /// <summary>The encoder that is to be trained on pairs of texts; null where only what holds for all encoders is checked.</summary>
    public CheckedEncoder? Encoder { get; init; }

    /// <summary>Gets the number of each example with an error, from any thread and in any order.</summary>
    public Action<int>? OnRefused { get; init; }

    /// <summary>Whether the model is to learn from preferences; null for whatever the file holds.</summary>
    public bool? IsForDpo { get; init; }

    public int MinimumExamples { get; init; } = new TrainingLimits(0).MinimumExamples;

    /// <summary>Findings of a kind that are shown; all are counted.</summary>
    public int Shown { get; init; } = 5;

    /// <summary>Passes over the data; null for the published rule.</summary>
    public int? Epochs { get; init; }

    public PriceTable Prices { get; init; } = PriceTable.BuiltIn;

    public int Threads { get; init; } = Workers.Threads;
}

/// <summary>A model with its own template, tokenizer and limits.</summary>
public sealed record CheckedModel(string Name, ChatEncoder Encoder, TrainingLimits Limits);

/// <summary>An encoder, and the limits of the pairs that it learns from.</summary>
public sealed record CheckedEncoder(string Name, EmbeddingModel Model, TrainingLimits Limits);
