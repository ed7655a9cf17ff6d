using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Hone.Engine.Training.Objectives;

namespace Hone.Engine.Training.Runs;

/// <summary>One run of a trainer, from its beginning or its newest checkpoint to its end.</summary>
sealed class TrainingRun : IDisposable
{
    readonly TrainingOptions _options;
    readonly IObjective _training;
    readonly TrainingEvents _events;
    readonly TrainingPlan _plan;
    readonly Parameter[] _parameters;
    readonly AdamW _optimizer;
    readonly BatchRunner _runner;
    readonly Validation? _validation;
    readonly IObjective? _heldOut;
    readonly CheckpointShelf? _shelf;
    readonly MetricsLog? _log;
    readonly Stopclock _time;
    readonly string? _folder;
    readonly int _firstStep;
    TrainingState _state;
    int _savedStep;

    public TrainingRun(
        TransformerModel model, TrainingOptions options, TimeProvider clock, long memoryLimit, RunExamples examples, string? folder, TrainingEvents events)
    {
        (_options, _training, _heldOut, _folder, _events) = (options, examples.Training, examples.HeldOut, folder, events);
        _plan = new TrainingPlan(_training.Count, _training.ReplayCount, options);
        _parameters = [.. Trainer.TrainableParameters(model)];
        if (_parameters.Length == 0)
            throw new InvalidOperationException("The model has no trainable parameters.");
        _optimizer = new AdamW(_parameters, options);
        _runner = new BatchRunner(model, options, options.RecomputesBlocks || NeedsRecomputation(model.Config, memoryLimit));
        _validation = examples.Validation is { Count: > 0 } validation ? new Validation(validation, _runner, options, _plan) : null;
        _state = new TrainingState
        {
            Options = options,
            TrainingData = _training.Fingerprint,
            ValidationData = examples.Validation?.Fingerprint ?? "",
            HeldOutData = _heldOut?.Fingerprint ?? "",
        };
        if (folder is not null)
        {
            _shelf = new CheckpointShelf(Path.Combine(folder, Trainer.CheckpointsFolder), _plan, options.KeptEpochs);
            _state = _shelf.RestoreNewest(_state, _parameters, _optimizer, events.Notice) ?? _state;
            _log = new MetricsLog(Path.Combine(folder, Trainer.MetricsFile), _state.Pending is null ? _state.Step : _state.Step - 1);
        }

        _firstStep = _savedStep = _state.Step;
        _time = new Stopclock(clock);
    }

    bool IsStopped => _options.Patience > 0 && _state.ValidationsWithoutBetter >= _options.Patience;

    public TrainingResult ToEnd(CancellationToken cancel)
    {
        bool isCancelled = !MeasureBefore(cancel);
        while (!isCancelled && (_state.Pending is not null || (_state.Step < _plan.TotalSteps && !IsStopped)))
            isCancelled = cancel.IsCancellationRequested || !(_state.Pending is not null || Update(cancel)) || !Complete(cancel);

        if (_savedStep != _state.Step || _state.Pending is not null)
            Save();
        if (!isCancelled && _state.BestStep > 0 && _state.BestStep != _state.Step && _shelf is not null)
            TrainingCheckpoint.Open(_shelf.PathOf(_state.BestStep)).LoadWeights(_parameters);
        if (_folder is not null)
            ResultsCsv.Write(Path.Combine(_folder, Trainer.ResultsFile), MetricsLog.Read(Path.Combine(_folder, Trainer.MetricsFile)));
        double? heldOutLoss = isCancelled ? null : HeldOutLoss(cancel);
        isCancelled |= _heldOut is not null && heldOutLoss is null;
        return Result(isCancelled) with { HeldOutLossAfter = heldOutLoss };
    }

    public void Dispose() => _log?.Dispose();

    bool NeedsRecomputation(ModelConfig config, long limit)
    {
        long tokens = ActivationMemory.LargestPass(_training, _options);
        long bytes = ActivationMemory.Bytes(config, tokens);
        if (bytes <= limit)
            return false;
        double needed = bytes / 1e9, free = limit / 1e9;
        _events.Notice?.Invoke(Text.Of(
            FormattableString.Invariant($"The activations of {tokens} tokens take about {needed:0.0} GB and {free:0.0} GB are free for them: they are computed twice, which takes about a third longer."),
            FormattableString.Invariant($"{tokens} 个 token 的激活值约需 {needed:0.0} GB，可用内存为 {free:0.0} GB：激活值将重新计算，耗时约增加三分之一。")));
        return true;
    }

    /// <summary>What the model knows of the held-out examples before it learns; false when cancelled.</summary>
    bool MeasureBefore(CancellationToken cancel)
    {
        if (_heldOut is null || _state.Step > 0)
            return true;
        _state = _state with { HeldOutLoss = HeldOutLoss(cancel) };
        return _state.HeldOutLoss is not null;
    }

    /// <summary>The mean loss of the held-out examples; null when there are none, or when cancelled.</summary>
    double? HeldOutLoss(CancellationToken cancel)
    {
        if (_heldOut is null || !_runner.Evaluate(_heldOut, [.. Enumerable.Range(0, _heldOut.Count)], cancel))
            return null;
        return double.IsFinite(_runner.Score.Loss) ? _runner.Score.Loss : throw NotANumber(_state.Step);
    }

    /// <summary>One update of the weights; false when cancelled before they changed.</summary>
    bool Update(CancellationToken cancel)
    {
        int step = _state.Step;
        foreach (Parameter parameter in _parameters)
            parameter.ClearGrad();
        double began = _time.Seconds;
        if (!_runner.AddGradients(_training, _plan.Batch(step), _options.Seed + (ulong)step, cancel))
            return false;

        double norm = _optimizer.GradientNorm();
        if (!double.IsFinite(norm) || !double.IsFinite(_runner.Score.Loss))
            throw NotANumber(step + 1);
        double rate = LearningRate.At(step, _plan.TotalSteps, _options);
        _optimizer.Step(rate, norm);
        Advance(rate, norm, _time.Seconds - began);
        return true;
    }

    long ReplayTokens(int step)
    {
        long tokens = 0;
        foreach (int example in _plan.Batch(step))
            tokens += _plan.IsReplayed(example) ? _training.TokenCount(example) : 0;
        return tokens;
    }

    void Advance(double rate, double norm, double seconds)
    {
        bool beginsEpoch = _state.Step % _plan.StepsPerEpoch == 0;
        int step = _state.Step + 1;
        long tokens = _state.TrainedTokens + _runner.Tokens;
        _state = _state with
        {
            Step = step,
            TrainedTokens = tokens,
            ReplayTokens = _state.ReplayTokens + ReplayTokens(_state.Step),
            EpochLoss = (beginsEpoch ? 0 : _state.EpochLoss) + _runner.Score.Loss,
            EpochSteps = (beginsEpoch ? 0 : _state.EpochSteps) + 1,
            Pending = new StepMetrics
            {
                Step = step,
                TotalSteps = _plan.TotalSteps,
                Epoch = step / (double)_plan.StepsPerEpoch,
                TrainLoss = _runner.Score.Loss,
                TrainMeanTokenAccuracy = _runner.Score.Accuracy,
                LearningRate = rate,
                GradientNorm = norm,
                TrainedTokens = tokens,
                TokensPerSecond = seconds > 0 ? _runner.Tokens / seconds : 0,
                SecondsLeft = _time.Seconds / (step - _firstStep) * (_plan.TotalSteps - step),
            },
        };
    }

    /// <summary>Validates and records the last update; false when cancelled before that was done.</summary>
    bool Complete(CancellationToken cancel)
    {
        StepMetrics? metrics = _validation is null ? _state.Pending : _validation.Complete(_state.Pending!, cancel);
        if (metrics is null)
            return false;
        if (!double.IsFinite(metrics.ValidLoss ?? 0) || !double.IsFinite(metrics.FullValidLoss ?? 0))
            throw NotANumber(metrics.Step);

        _state = _state with { Pending = null };
        if (metrics.FullValidLoss is { } loss)
            _state = _state.WithValidation(loss, metrics.FullValidQuality);
        _log?.Append(metrics);
        if (IsCheckpointDue(metrics.Step))
            Save();
        _events.Step?.Invoke(metrics);
        return true;
    }

    bool IsCheckpointDue(int step) =>
        _plan.EndsEpoch(step)
        || _state.BestStep == step
        || (_options.CheckpointInterval > 0 && step % _options.CheckpointInterval == 0)
        || (_options.CheckpointMinutes > 0 && _time.SecondsSinceSave >= _options.CheckpointMinutes * 60);

    static HoneException NotANumber(int step) =>
        new(Text.Of(
            $"The loss is not a number any more at step {step}. Lower the learning rate, or look for broken weights in the model.",
            $"第 {step} 步的损失不再是数字。请降低学习率，或检查模型权重是否损坏。"));

    void Save()
    {
        _savedStep = _state.Step;
        if (_shelf is null)
            return;
        _state = _state with { Seconds = _state.Seconds + _time.TakeUnsaved() };
        TrainingCheckpoint checkpoint = TrainingCheckpoint.Write(_shelf.PathOf(_state.Step), _state, _parameters, _optimizer);
        _shelf.Tidy(_state);
        _events.Checkpoint?.Invoke(checkpoint);
    }

    TrainingResult Result(bool isCancelled) =>
        new()
        {
            Outcome = isCancelled ? TrainingOutcome.Cancelled : IsStopped ? TrainingOutcome.StoppedEarly : TrainingOutcome.Completed,
            Steps = _state.Step,
            BestStep = _state.BestStep > 0 && _shelf is not null ? _state.BestStep : _state.Step,
            TrainLoss = _state.EpochLoss / Math.Max(1, _state.EpochSteps),
            ValidLoss = _state.BestValidLoss,
            TrainedTokens = _state.TrainedTokens,
            ReplayTokens = _state.ReplayTokens,
            HeldOutLossBefore = _state.HeldOutLoss,
            Seconds = _state.Seconds + _time.TakeUnsaved(),
        };
}
