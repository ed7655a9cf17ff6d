using System.Diagnostics;
using Hone.Data.Checks.Reports;
using Hone.Data.Formats;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Models;
using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;
using Hone.Server.Models;
using TrainingData = Hone.Data.Checks.TrainingData;

namespace Hone.Server.FineTuning;

/// <summary>
/// Says how long a job would train here and what memory it would take: does a few steps of it, with its longest example and others from all over the file, and keeps
/// nothing of them.
/// </summary>
public static class TrainingTrial
{
    const int FewestSteps = 6;
    const int MostSteps = 1000;
    const int SampledBatches = 8;
    const int SampledExamples = 256;

    /// <summary>So long the compiler takes to see the loops of a small model.</summary>
    public static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(4);

    /// <summary>No further step is begun after that long.</summary>
    static readonly TimeSpan MostTime = TimeSpan.FromSeconds(20);

    /// <summary>The share of a training step that scoring alone takes: it has no way back.</summary>
    const double ScoringShare = 1.0 / 3;

    /// <param name="lines">Those that the check found no error in, with the model that its report names. They are read once.</param>
    /// <param name="batchSize">Examples of a step; null for what a job would choose.</param>
    /// <param name="leastTime">Steps are done for that long, and at least a few.</param>
    public static TrainingForecast Run(ModelRegistry registry, IEnumerable<DatasetLine> lines, CheckReport report, TuningMethod method, int? batchSize, TimeSpan leastTime, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(report);
        ModelSummary summary = report.Model ?? throw new ArgumentException("The report names no model.", nameof(report));
        ResolvedHyperparameters resolved = Resolve(registry, summary.Name, report, method, batchSize);
        TrainingData sample = Sample(registry, summary, lines, report, resolved.BatchSize, cancel);

        using TunedModel tuned = TunedModel.Load(registry, TuningStarts.Choose(registry, summary.Name, resolved.Adapter), resolved.Adapter, seed: 1);
        TrainingOptions options = resolved.ToOptions(seed: 1) with { Epochs = MostSteps, MaxSteps = MostSteps, Shuffles = false, LearningRate = 1e-9 };
        IObjective objective = ObjectiveOf(sample, summary.LongestLine, resolved.Beta);
        List<StepMetrics> steps = Train(tuned.Model, objective, options, leastTime, cancel);

        double rate = Rate(steps);
        double tokens = (double)summary.Total.Total * (resolved.Epochs + (method == TuningMethod.Dpo ? ScoringShare : 0));
        using var process = Process.GetCurrentProcess();
        return new TrainingForecast(
            method.ToString().ToLowerInvariant(),
            resolved.Steps,
            Math.Round(rate, 1),
            Math.Round(tokens / rate / 60, 2),
            process.PeakWorkingSet64,
            TrainingMemory.Estimate(tuned.Model, objective, options),
            steps.Count);
    }

    static ResolvedHyperparameters Resolve(ModelRegistry registry, string model, CheckReport report, TuningMethod method, int? batchSize)
    {
        using ModelFolder folder = registry.OpenFolder(registry.Find(model));
        Hyperparameters chosen = new() { Epochs = report.Epochs, BatchSize = batchSize };
        return ResolvedHyperparameters.Of(
            chosen, method, (int)report.Examples, folder.Config.HiddenSize, validationExamples: 0, hasReplay: false, TuningStarts.AdapterOf(registry, model));
    }

    /// <summary>The longest example, and others from the beginning to the end of the file.</summary>
    static TrainingData Sample(ModelRegistry registry, ModelSummary summary, IEnumerable<DatasetLine> lines, CheckReport report, int batchSize, CancellationToken cancel)
    {
        int examples = (int)report.Examples;
        using ModelFolder folder = registry.OpenFolder(registry.Find(summary.Name));
        int wanted = Math.Min(examples, Math.Max(SampledExamples, batchSize * SampledBatches));
        bool IsWanted(DatasetLine line) =>
            line.Line == summary.LongestLine || (long)line.Example * wanted / examples > (line.Example - 1L) * wanted / examples;
        return TrainingData.Sample(lines, report.Kind!.Value, ChatEncoder.Load(folder.Path), IsWanted, cancel);
    }

    /// <summary>The longest example comes first: its step shows the memory.</summary>
    static IObjective ObjectiveOf(TrainingData sample, int longestLine, double? beta) =>
        beta is { } strength
            ? new Dpo([.. sample.Preferences.OrderBy(pair => pair.Line != longestLine)], strength)
            : new Supervised([.. sample.Examples.OrderBy(example => example.Line != longestLine)]);

    static List<StepMetrics> Train(TransformerModel model, IObjective objective, TrainingOptions options, TimeSpan leastTime, CancellationToken cancel)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        List<StepMetrics> steps = [];
        long start = TimeProvider.System.GetTimestamp();
        TrainingEvents events = new()
        {
            Step = step =>
            {
                steps.Add(step);
                TimeSpan time = TimeProvider.System.GetElapsedTime(start);
                if (time > MostTime || (time > leastTime && steps.Count >= FewestSteps))
                    stop.Cancel();
            },
        };
        new Trainer(model, options).Run(objective, events: events, cancel: stop.Token);
        cancel.ThrowIfCancellationRequested();
        return steps;
    }

    /// <summary>Tokens per second in the second half of the steps: the first ones compile code and map weights.</summary>
    static double Rate(List<StepMetrics> steps)
    {
        double tokens = 0;
        double seconds = 0;
        for (int i = steps.Count / 2; i < steps.Count; i++)
        {
            long ofStep = steps[i].TrainedTokens - (i == 0 ? 0 : steps[i - 1].TrainedTokens);
            tokens += ofStep;
            seconds += steps[i].TokensPerSecond > 0 ? ofStep / steps[i].TokensPerSecond : 0;
        }
        return tokens / Math.Max(1e-6, seconds);
    }
}
