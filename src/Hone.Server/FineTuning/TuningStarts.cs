using Hone.Engine;
using Hone.Engine.Adapters;
using Hone.Server.Models;

namespace Hone.Server.FineTuning;

/// <summary>Decides where the training of a model begins: a tuned model's adapter goes on where its shape fits, else it is merged first.</summary>
public static class TuningStarts
{
    /// <param name="shape">The adapter to train; null for all weights.</param>
    public static TuningStart Choose(ModelRegistry registry, string model, AdapterShape? shape)
    {
        ModelEntry entry = registry.Find(model);
        IReadOnlyList<string> lineage = entry.Record?.Lineage is { Count: > 0 } known ? known : [entry.Id];
        if (!entry.IsAdapter)
            return new TuningStart(shape is null ? StartingPoint.Weights : StartingPoint.NewAdapter, entry.Id, entry.Id, lineage);

        string whole = registry.BaseOf(entry).Id;
        if (shape is null)
            return new TuningStart(StartingPoint.MergedWeights, entry.Id, whole, lineage);
        if (Continues(registry, entry, shape))
            return new TuningStart(StartingPoint.SameAdapter, entry.Id, whole, lineage);

        // The new adapter needs a base that stays: the merged model is kept, once.
        ModelEntry merged = registry.ListReadable().FirstOrDefault(other => other.Record?.Source == entry.Id && !other.IsAdapter) ?? registry.Merge(entry.Id);
        return new TuningStart(StartingPoint.NewAdapter, merged.Id, merged.Id, merged.Record!.Lineage);
    }

    /// <summary>What is said about it on the screen and in the lineage.</summary>
    public static string Describe(TuningStart start) =>
        start.Point switch
        {
            StartingPoint.Weights => Text.Of($"Every weight of {start.Model} is trained.", $"训练 {start.Model} 的全部权重。"),
            StartingPoint.MergedWeights => Text.Of($"The adapter of {start.Model} is merged into its base; then every weight is trained.", $"先把 {start.Model} 的适配器合并到基础模型，再训练全部权重。"),
            StartingPoint.NewAdapter => Text.Of($"A new adapter is trained on {start.Model}.", $"在 {start.Model} 上训练新的适配器。"),
            StartingPoint.SameAdapter => Text.Of($"The adapter of {start.Model} is trained further.", $"继续训练 {start.Model} 的适配器。"),
            _ => throw new ArgumentOutOfRangeException(nameof(start)),
        };

    /// <summary>The same in a word or two, for the lineage of the model.</summary>
    public static string Word(StartingPoint point) =>
        point switch
        {
            StartingPoint.Weights => "all weights",
            StartingPoint.MergedWeights => "all weights, adapter merged first",
            StartingPoint.NewAdapter => "new adapter",
            StartingPoint.SameAdapter => "adapter continued",
            _ => throw new ArgumentOutOfRangeException(nameof(point)),
        };

    static bool Continues(ModelRegistry registry, ModelEntry entry, AdapterShape shape)
    {
        using LoadedModel loaded = registry.Load(entry);
        return shape.Continues(loaded.Adapter!, loaded.Model.Linears);
    }

    /// <summary>The shape of a tuned model's adapter; null for a whole model.</summary>
    public static LoraConfig? AdapterOf(ModelRegistry registry, string model)
    {
        ModelEntry entry = registry.Find(model);
        if (!entry.IsAdapter)
            return null;
        using LoadedModel loaded = registry.Load(entry);
        return loaded.Adapter!.Config;
    }
}
