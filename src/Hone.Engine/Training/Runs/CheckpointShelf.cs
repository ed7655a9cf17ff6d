using System.Globalization;

namespace Hone.Engine.Training.Runs;

/// <summary>The checkpoints of one run, by step: the newest to resume from, the best, and the last ends of epochs.</summary>
sealed class CheckpointShelf
{
    /// <summary>The newest may turn out damaged: so two are kept whole.</summary>
    const int KeptWhole = 2;

    readonly string _folder;
    readonly TrainingPlan _plan;
    readonly int _keptEpochs;

    public CheckpointShelf(string folder, TrainingPlan plan, int keptEpochs)
    {
        (_folder, _plan, _keptEpochs) = (folder, plan, keptEpochs);
        Directory.CreateDirectory(folder);
        foreach (string unfinished in Directory.GetDirectories(folder, ".*.tmp"))
            Directory.Delete(unfinished, recursive: true);
    }

    public string PathOf(int step) => Path.Combine(_folder, step.ToString(CultureInfo.InvariantCulture));

    /// <summary>The steps that have a checkpoint, the newest first.</summary>
    public IEnumerable<int> Steps =>
        Directory
            .GetDirectories(_folder)
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int step) ? step : -1)
            .Where(step => step >= 0)
            .OrderDescending();

    /// <summary>Restores the newest checkpoint that is whole; null when there is none.</summary>
    /// <param name="notice">Hears of every damaged checkpoint that was skipped.</param>
    public TrainingState? RestoreNewest(TrainingState fresh, IReadOnlyList<Parameter> weights, AdamW optimizer, Action<string>? notice)
    {
        foreach (int step in Steps)
        {
            TrainingCheckpoint checkpoint;
            try
            {
                checkpoint = TrainingCheckpoint.Open(PathOf(step));
            }
            catch (HoneException damage)
            {
                notice?.Invoke(Skipped(step, damage));
                continue;
            }

            fresh.RequireSame(checkpoint.State);
            try
            {
                checkpoint.Restore(weights, optimizer);
                return checkpoint.State;
            }
            catch (HoneException error) when (checkpoint.IsWhole)
            {
                throw new HoneException($"The checkpoint of step {step} does not fit this model and adapter: {error.Message} Resume with those the run began with, or start a new run.", error);
            }
            catch (HoneException damage)
            {
                notice?.Invoke(Skipped(step, damage));
            }
        }

        return null;
    }

    /// <summary>Deletes what nobody needs any more.</summary>
    public void Tidy(TrainingState state)
    {
        // Beyond where the run stands there are only damaged checkpoints that it did not go on from.
        foreach (int skipped in (int[])[.. Steps.Where(step => step > state.Step)])
            TrainingCheckpoint.Delete(PathOf(skipped));

        int[] steps = [.. Steps];
        int[] epochEnds = [.. steps.Where(_plan.EndsEpoch).Take(_keptEpochs)];
        for (int i = KeptWhole; i < steps.Length; i++)
        {
            if (steps[i] == state.BestStep || epochEnds.Contains(steps[i]))
                TrainingCheckpoint.DropMoments(PathOf(steps[i]));
            else
                TrainingCheckpoint.Delete(PathOf(steps[i]));
        }
    }

    static string Skipped(int step, HoneException damage) =>
        Text.Of($"The checkpoint of step {step} is skipped: {damage.Message}", $"跳过第 {step} 步的检查点：{damage.Message}");
}
