namespace Hone.Engine.Training;

/// <summary>How the learning rate goes on after the warm-up.</summary>
public enum Schedule
{
    Constant,
    Linear,
    Cosine,
}

/// <summary>The learning rate of each update.</summary>
static class LearningRate
{
    /// <summary>Rises by equal steps to the full rate, then follows the schedule, which would reach its final share after the last update.</summary>
    /// <param name="step">Updates done before this one.</param>
    public static double At(int step, int totalSteps, TrainingOptions options)
    {
        if (step < options.WarmupSteps)
            return options.LearningRate * (step + 1) / (options.WarmupSteps + 1);

        double progress = (step - options.WarmupSteps) / (double)Math.Max(1, totalSteps - options.WarmupSteps);
        double share = options.Schedule switch
        {
            Schedule.Linear => 1 - progress,
            Schedule.Cosine => (1 + Math.Cos(Math.PI * progress)) / 2,
            _ => 1,
        };
        double last = options.Schedule == Schedule.Constant ? 1 : options.FinalLearningRateShare;
        return options.LearningRate * (last + ((1 - last) * share));
    }
}
