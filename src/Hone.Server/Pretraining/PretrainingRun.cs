using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Corpora;
using Hone.Data.Formats;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Hone.Engine.Tokenizers;
using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;
using Hone.Server.Storage;

namespace Hone.Server.Pretraining;

/// <summary>Makes a base model from plain text, or an encoder from pairs of texts: tokenises the corpus, trains from random weights and writes a folder in Hugging Face layout.</summary>
public sealed class PretrainingRun
{
    /// <summary>Where a run keeps what it needs to go on, inside the folder of its model.</summary>
    public const string WorkFolder = ".pretraining";

    readonly PretrainConfig _config;
    readonly string _tokenizerFile;
    readonly string _output;
    readonly string _workFolder;
    readonly Tokenizer _tokenizer;
    readonly ModelFiles _files;

    public PretrainingRun(PretrainConfig config, string tokenizerFolder, string output)
    {
        _config = config;
        _tokenizerFile = Path.Combine(tokenizerFolder, "tokenizer.json");
        _tokenizer = Tokenizer.Load(tokenizerFolder);
        _files = new ModelFiles(output, tokenizerFolder, config, _tokenizer);
        _output = output;
        _workFolder = Path.Combine(output, WorkFolder);
    }

    /// <summary>Whether an interrupted run is taken up again.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Ends after about so many minutes, if that is earlier than the configuration says; 0 for no such limit.</summary>
    public double Minutes { get; init; }

    /// <summary>Is told the documents and tokens that are tokenised so far.</summary>
    public Action<long, long> OnTokenised { get; init; } = (_, _) => { };

    /// <summary>Is told once what will be trained: parameters, training windows and steps.</summary>
    public Action<PretrainingPlan> OnPlanned { get; init; } = _ => { };

    public Action<StepMetrics> OnStep { get; init; } = _ => { };

    /// <summary>Is told of damaged checkpoints that were skipped.</summary>
    public Action<string> OnNotice { get; init; } = _ => { };

    /// <summary>What the run is to do, for the time when it is resumed.</summary>
    string PlanFile => Path.Combine(_workFolder, "plan.json");

    /// <param name="corpora">Text files; <c>-</c> for standard input.</param>
    public TrainingResult Run(IReadOnlyList<string> corpora, TextReader standardInput, CancellationToken cancel)
    {
        RequireReady(corpora);
        Directory.CreateDirectory(_workFolder);
        using FolderLock held = FolderLock.Take(_workFolder);
        ModelConfig shape = _files.WriteDescription();
        using PretrainingSource source = OpenSource(corpora, standardInput, shape, cancel);
        TrainingOptions options = Options(source);
        options = options with { MaxSteps = StepsToDo(options, shape, source.Training, cancel) };

        TransformerModel model = NewModel(shape);
        OnPlanned(new PretrainingPlan(model.Parameters.Sum(parameter => (long)parameter.Length), source.Tokens, options.MaxSteps, source.TokensPerStep));
        if (!IsResumed && Directory.Exists(Path.Combine(_workFolder, Trainer.CheckpointsFolder)))
            Directory.Delete(Path.Combine(_workFolder, Trainer.CheckpointsFolder), recursive: true);
        TrainingResult result = new Trainer(model, options).Run(source.Training, source.Validation, _workFolder, new TrainingEvents { Step = OnStep, Notice = OnNotice }, cancel);
        _files.WriteWeights(model);
        return result;
    }

    /// <summary>Refuses what would fail later, before anything is written.</summary>
    void RequireReady(IReadOnlyList<string> corpora)
    {
        foreach (string path in corpora.Where(path => path != CorpusReader.StandardInput))
            Utf8Text.RequireFile(path);
        if (File.Exists(_output))
            throw new HoneException(Text.Of($"{_output} is a file. Name a folder for the model.", $"{_output} 是文件。请指定模型的文件夹。"));
        if (IsResumed && !File.Exists(PlanFile))
            throw new HoneException(Text.Of($"{_workFolder} holds no run to resume. Start without --resume.", $"{_workFolder} 中没有可恢复的训练。请去掉 --resume。"));
    }

    PretrainingSource OpenSource(IReadOnlyList<string> corpora, TextReader standardInput, ModelConfig shape, CancellationToken cancel)
    {
        if (Architectures.EncoderNames.Contains(shape.ModelType))
            return new PairSource(corpora, _config, _tokenizer, OnTokenised, OnNotice, cancel);
        TokenFile tokens = TokenCache.Open(_workFolder, corpora, standardInput, _tokenizerFile, _tokenizer, _files.EndId, IsResumed, OnTokenised, cancel);
        try
        {
            return new TextSource(tokens, _config, _files.EndId);
        }
        catch
        {
            tokens.Dispose();
            throw;
        }
    }

    TransformerModel NewModel(ModelConfig shape)
    {
        TransformerModel model = Architectures.CreateAny(shape, new RandomWeights(shape, (ulong)_config.Seed, ElementType.F32));
        foreach (Parameter parameter in model.Parameters)
            parameter.MakeTrainable();
        return model;
    }

    TrainingOptions Options(PretrainingSource source)
    {
        int steps = checked((int)(_config.Tokens / source.TokensPerStep));
        return new TrainingOptions
        {
            BatchSize = source.BatchSize,
            MaxSteps = steps,
            Epochs = (int)(((long)steps * source.BatchSize / source.Training.Count) + 1),
            LearningRate = _config.LearningRate,
            Schedule = Enum.Parse<Schedule>(_config.Schedule, ignoreCase: true),
            WarmupSteps = Math.Min(_config.WarmupSteps, steps / 10),
            FinalLearningRateShare = 0.1,
            Beta2 = _config.Beta2,
            WeightDecay = _config.WeightDecay,
            ClipNorm = _config.Clip,
            Seed = (ulong)_config.Seed,
            MicroBatchTokens = Math.Max(_config.Context, 4096),
            FullValidationInterval = _config.CheckpointSteps,
            ValidationInterval = 0,
            CheckpointInterval = _config.CheckpointSteps,
        };
    }

    /// <summary>The steps of the configuration, or those that fit into the minutes; an interrupted run keeps to what it planned.</summary>
    int StepsToDo(TrainingOptions options, ModelConfig shape, IObjective training, CancellationToken cancel)
    {
        string config = JsonSerializer.Serialize(_config);
        if (IsResumed)
        {
            JsonNode plan = JsonNode.Parse(File.ReadAllText(PlanFile))!;
            return plan["config"]!.GetValue<string>() == config
                ? plan["steps"]!.GetValue<int>()
                : throw new HoneException(Text.Of(
                    "The configuration has changed since the run began, so it cannot be resumed. Start again without --resume.",
                    "配置在训练开始后已更改，无法恢复。请去掉 --resume 重新开始。"));
        }

        int steps = Minutes > 0 ? Math.Min(options.MaxSteps, StepsWithin(Minutes, options, shape, training, cancel)) : options.MaxSteps;
        AtomicFile.WriteText(PlanFile, new JsonObject { ["config"] = config, ["steps"] = steps }.ToJsonString());
        return steps;
    }

    /// <summary>Tries a few steps on a model that is thrown away.</summary>
    int StepsWithin(double minutes, TrainingOptions options, ModelConfig shape, IObjective training, CancellationToken cancel)
    {
        const int TriedSteps = 4;
        double seconds = 0;
        TrainingOptions tried = options with { MaxSteps = TriedSteps };
        TrainingEvents events = new() { Step = metrics => seconds = metrics.TrainedTokens / metrics.Step / metrics.TokensPerSecond };
        new Trainer(NewModel(shape), tried).Run(training, events: events, cancel: cancel);
        cancel.ThrowIfCancellationRequested();
        return Math.Max(1, (int)(minutes * 60 / seconds));
    }
}

/// <summary>What a run is about to do.</summary>
public sealed record PretrainingPlan(long Parameters, long CorpusTokens, int Steps, int TokensPerStep);
