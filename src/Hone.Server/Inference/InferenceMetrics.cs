using System.Diagnostics.Metrics;
using Hone.Server.Metrics;

namespace Hone.Server.Inference;

/// <summary>What inference measures: tokens in and out, and for each model in memory its size and its texts.</summary>
sealed class InferenceMetrics
{
    readonly Counter<long> _promptTokens;
    readonly Counter<long> _cachedTokens;
    readonly Counter<long> _completionTokens;

    public InferenceMetrics(IMeterFactory meters, LoadedModels models)
    {
        Meter meter = meters.Create(MetricsRecorder.MeterName);
        _promptTokens = meter.CreateCounter<long>("hone.prompt_tokens", description: "Tokens of prompts");
        _cachedTokens = meter.CreateCounter<long>("hone.cached_prompt_tokens", description: "Tokens of prompts that need not be computed");
        _completionTokens = meter.CreateCounter<long>("hone.completion_tokens", description: "Tokens that were generated");
        meter.CreateObservableGauge("hone.model_memory", () => models.Loaded.Select(item => Of(item.Bytes, item.Model)), "By", "Memory set aside for a base model and its adapters");
        meter.CreateObservableGauge("hone.running_texts", () => models.Loaded.Select(item => Of(item.Running, item.Model)), description: "Texts that are continued");
        meter.CreateObservableGauge("hone.waiting_texts", () => models.Loaded.Select(item => Of(item.Waiting, item.Model)), description: "Texts that wait for their turn");
    }

    public void Count(Usage usage, string model)
    {
        KeyValuePair<string, object?> label = new(Family.ModelLabel, model);
        _promptTokens.Add(usage.PromptTokens, label);
        _cachedTokens.Add(usage.CachedTokens, label);
        _completionTokens.Add(usage.CompletionTokens, label);
    }

    static Measurement<long> Of(long value, string model) => new(value, new KeyValuePair<string, object?>(Family.ModelLabel, model));
}
