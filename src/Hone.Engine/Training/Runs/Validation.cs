using Hone.Engine.Training.Objectives;

namespace Hone.Engine.Training.Runs;

/// <summary>When a run looks at its validation set, and what it sees there.</summary>
sealed class Validation
{
    readonly IObjective _objective;
    readonly BatchRunner _runner;
    readonly TrainingOptions _options;
    readonly TrainingPlan _plan;
    readonly int[] _all;
    readonly int[] _sample;

    public Validation(IObjective objective, BatchRunner runner, TrainingOptions options, TrainingPlan plan)
    {
        (_objective, _runner, _options, _plan) = (objective, runner, options, plan);
        _all = [.. Enumerable.Range(0, objective.Count)];
        _sample = new int[Math.Min(objective.Count, Math.Max(1, options.ValidationSample))];
    }

    /// <summary>Adds the validation values that a step is due; null when cancelled halfway.</summary>
    public StepMetrics? Complete(StepMetrics metrics, CancellationToken cancel)
    {
        if (IsDue(metrics.Step, _options.ValidationInterval))
        {
            if (!_runner.Evaluate(_objective, Sample(metrics.Step), cancel))
                return null;
            metrics = metrics with { ValidLoss = _runner.Score.Loss, ValidMeanTokenAccuracy = _runner.Score.Accuracy };
        }

        if (_plan.EndsEpoch(metrics.Step) || IsDue(metrics.Step, _options.FullValidationInterval))
        {
            if (!_runner.Evaluate(_objective, _all, cancel))
                return null;
            metrics = metrics with
            {
                FullValidLoss = _runner.Score.Loss,
                FullValidMeanTokenAccuracy = _runner.Score.Accuracy,
                FullValidSpearman = _runner.Score.Spearman,
                FullValidReciprocalRank = _runner.Score.ReciprocalRank,
            };
        }

        return metrics;
    }

    static bool IsDue(int step, int interval) => interval > 0 && step % interval == 0;

    /// <summary>The samples of successive steps go through the set in turn.</summary>
    int[] Sample(int step)
    {
        long first = (long)(step / _options.ValidationInterval - 1) * _sample.Length;
        for (int i = 0; i < _sample.Length; i++)
            _sample[i] = (int)((first + i) % _objective.Count);
        return _sample;
    }
}
