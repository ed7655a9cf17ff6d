using Hone.Data.Checks;
using Hone.Data.Pairs;
using Hone.Engine;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Embedding;
using Hone.Engine.Models;
using Hone.Engine.Training.Objectives;
using Hone.Server.Models;
using TrainingSource = Hone.Server.Models.TrainingData;

namespace Hone.Server.FineTuning;

/// <summary>The examples of a job, as tokens of the model that learns from them.</summary>
abstract class TrainingSet
{
    const string TrainingFile = "training_file", ValidationFile = "validation_file", ReplayFile = "replay_file";

    /// <summary>Of the training file.</summary>
    public abstract int Count { get; }

    public abstract int ValidationCount { get; }

    /// <summary>Of the replay file, those that no one holds back.</summary>
    public virtual int ReplayCount => 0;

    /// <summary>The hidden size of the model.</summary>
    public required int Width { get; init; }

    /// <summary>The files, for the record of the model.</summary>
    public required IReadOnlyList<TrainingSource> Sources { get; init; }

    /// <summary>What the files were recognised as, where there are several kinds that the model learns from.</summary>
    public virtual string? Description => null;

    /// <summary>What of the replay file is never shown; null when that is nothing.</summary>
    public virtual IObjective? HeldOut => null;

    public static TrainingSet Load(JobRecord job, ModelRegistry registry, CancellationToken cancel) =>
        job.Method == TuningMethod.Contrastive ? LoadPairs(job, registry, cancel) : LoadExamples(job, registry, cancel);

    public abstract IObjective Training(ResolvedHyperparameters resolved);

    public abstract IObjective? Validation(ResolvedHyperparameters resolved);

    /// <summary>How the replay file is used; null without one.</summary>
    public virtual ReplayRecord? PlanReplay(double share) => null;

    static ExampleSet LoadExamples(JobRecord job, ModelRegistry registry, CancellationToken cancel)
    {
        using ModelFolder folder = registry.OpenFolder(registry.Find(job.Model));
        ChatEncoder encoder = ChatEncoder.Load(folder.Path);
        TrainingLimits limits = LimitsOf(job, folder.Config.MaxPositions);
        string method = job.Method == TuningMethod.Dpo ? "dpo" : "supervised";
        Data.Checks.TrainingData Read(JobFile file, string parameter, TrainingLimits limits) =>
            Load(file, parameter, () =>
            {
                var data = Data.Checks.TrainingData.Load(file.Path, encoder, limits, cancel);
                data.RequireMethod(file.Label, method);
                return data;
            });

        Data.Checks.TrainingData training = Read(job.TrainingFile, TrainingFile, limits);
        Data.Checks.TrainingData? validation = job.ValidationFile is { } file ? Read(file, ValidationFile, Few(limits)) : null;
        Data.Checks.TrainingData? replay = job.ReplayFile is { } general ? Read(general, ReplayFile, Few(limits)) : null;
        return new ExampleSet(training, validation, replay)
        {
            Width = folder.Config.HiddenSize,
            Sources = SourcesOf(job, training.Count, validation?.Count, replay?.Count),
        };
    }

    static PairSet LoadPairs(JobRecord job, ModelRegistry registry, CancellationToken cancel)
    {
        using var model = EmbeddingModel.Open(registry.Find(job.Model).Folder);
        TrainingLimits limits = LimitsOf(job, model.MaxTokens);
        PairData Read(JobFile file, string parameter, TrainingLimits limits) => Load(file, parameter, () => PairData.Load(file.Path, model, limits, cancel));

        PairData training = Read(job.TrainingFile, TrainingFile, limits);
        PairData? validation = job.ValidationFile is { } file ? Read(file, ValidationFile, Few(limits)) : null;
        return new PairSet(training, validation, model.Pooling) { Width = model.Dimensions, Sources = SourcesOf(job, training.Count, validation?.Count, replay: null) };
    }

    static TrainingLimits LimitsOf(JobRecord job, int contextTokens) =>
        job.Hyperparameters.MaxTokens is { } maximum ? new TrainingLimits(contextTokens) { MaximumTokens = maximum } : new TrainingLimits(contextTokens);

    /// <summary>A file that only judges may have a single example.</summary>
    static TrainingLimits Few(TrainingLimits limits) => limits with { MinimumExamples = 1 };

    static T Load<T>(JobFile file, string parameter, Func<T> load)
    {
        try
        {
            file.RequireUnchanged();
            return load();
        }
        catch (HoneException problem)
        {
            throw new TrainingFileException(file, parameter, problem);
        }
    }

    static List<TrainingSource> SourcesOf(JobRecord job, int training, int? validation, int? replay)
    {
        List<TrainingSource> sources = [Source(job.TrainingFile, "train", training)];
        if (validation is { } judged)
            sources.Add(Source(job.ValidationFile!, "validation", judged));
        if (replay is { } general)
            sources.Add(Source(job.ReplayFile!, "replay", general));
        return sources;

        static TrainingSource Source(JobFile file, string purpose, int count) => new(file.DisplayName, file.Sha256, purpose, count);
    }
}
