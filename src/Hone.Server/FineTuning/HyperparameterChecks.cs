using Hone.Engine;
using Hone.Engine.Training;

namespace Hone.Server.FineTuning;

/// <summary>Refuses hyperparameters that cannot be, before any work is done.</summary>
public static class HyperparameterChecks
{
    /// <param name="files">The files that the job has besides its training file.</param>
    /// <exception cref="HoneException">A number is outside its bounds, or was chosen for a method that does not use it.</exception>
    public static void Check(this Hyperparameters chosen, TuningMethod method, OtherFiles files)
    {
        Require(chosen.Epochs, value => value is >= 1 and <= 50, "n_epochs", Text.Of("1 to 50", "是 1 到 50"));
        Require(chosen.BatchSize, value => value is >= 1 and <= 256, "batch_size", Text.Of("1 to 256", "是 1 到 256"));
        Require(chosen.LearningRate, IsPositive, "learning_rate", Text.Of("greater than 0", "大于 0"));
        Require(chosen.LearningRateMultiplier, IsPositive, "learning_rate_multiplier", Text.Of("greater than 0", "大于 0"));
        Require(chosen.WarmupSteps, value => value >= 0, "warmup_steps", Text.Of("0 or more", "不小于 0"));
        Require(chosen.WeightDecay, value => value is >= 0 and < 1, "weight_decay", Text.Of("from 0 to 1", "在 0 到 1 之间"));
        Require(chosen.Clip, IsPositive, "clip", Text.Of("greater than 0", "大于 0"));
        Require(chosen.MicroBatchTokens, value => value >= 1, "micro_batch_tokens", Text.Of("1 or more", "不小于 1"));
        Require(chosen.Patience, value => value >= 0, "patience", Text.Of("0 or more", "不小于 0"));
        Require(chosen.MaxTokens, value => value >= 1, "max_tokens", Text.Of("1 or more", "不小于 1"));
        Require(chosen.Rank, value => value is >= 1 and <= 4096, "rank", Text.Of("1 to 4096", "是 1 到 4096"));
        Require(chosen.Alpha, IsPositive, "alpha", Text.Of("greater than 0", "大于 0"));
        Require(chosen.Dropout, value => value is >= 0 and < 1, "dropout", Text.Of("from 0 to 1", "在 0 到 1 之间"));
        Require(chosen.Beta, value => value is > 0 and <= 2, "beta", Text.Of("greater than 0 and at most 2", "大于 0 且不超过 2"));
        Require(chosen.Scale, value => value is > 0 and <= 1000, "scale", Text.Of("greater than 0 and at most 1000", "大于 0 且不超过 1000"));
        if (chosen.Dimensions is { } dimensions && (dimensions.IsDefaultOrEmpty || dimensions.Any(length => length < 1) || dimensions.Distinct().Count() < dimensions.Length))
            throw new HoneException(Text.Of("dimensions must be whole numbers from 1 on, each once.", "dimensions 必须是互不相同的正整数。"));
        if (chosen.Schedule is not (Hyperparameters.Auto or "constant" or "linear" or "cosine"))
            throw new HoneException(Text.Of($"schedule must be constant, linear or cosine, not {chosen.Schedule}.", $"schedule 必须是 constant、linear 或 cosine，而不是 {chosen.Schedule}。"));
        RequireUsed(chosen, method, files);
        RequireReplay(chosen, method, files);
    }

    /// <summary>Nothing that was chosen is ignored.</summary>
    static void RequireUsed(Hyperparameters chosen, TuningMethod method, OtherFiles files)
    {
        string? ofAdapter =
            chosen.Rank is not null ? "rank"
            : chosen.Alpha is not null ? "alpha"
            : chosen.Dropout is not null ? "dropout"
            : chosen.RankStabilised is not null ? "rank_stabilised"
            : chosen.TargetModules != Hyperparameters.Auto ? "target_modules"
            : null;
        if (method == TuningMethod.Full && ofAdapter is not null)
            throw new HoneException(Text.Of(
                $"{ofAdapter} belongs to an adapter, and the method full trains none. Leave it out, or use the method lora.",
                $"{ofAdapter} 属于适配器，而 full 方法不训练适配器。请去掉它，或使用 lora 方法。"));
        RequireContrastive(chosen, method, ofAdapter);
        if (method != TuningMethod.Dpo && chosen.Beta is not null)
            throw new HoneException(Text.Of("beta belongs to the method dpo. Leave it out, or use that method.", "beta 属于 dpo 方法。请去掉它，或使用该方法。"));
        if (!files.HasFlag(OtherFiles.Validation) && chosen.Patience > 0)
            throw new HoneException(Text.Of("patience needs a validation file. Leave it out, or name one.", "patience 需要验证文件。请去掉它，或指定验证文件。"));
    }

    /// <summary>An encoder is trained with all its weights, and a batch of pairs goes through it together.</summary>
    static void RequireContrastive(Hyperparameters chosen, TuningMethod method, string? ofAdapter)
    {
        string? ofPairs = chosen.Scale is not null ? "scale" : chosen.Dimensions is not null ? "dimensions" : null;
        if (method != TuningMethod.Contrastive && ofPairs is not null)
            throw new HoneException(Text.Of($"{ofPairs} belongs to the training of an embedding model on pairs of texts. Leave it out.", $"{ofPairs} 用于以文本对训练向量模型。请去掉它。"));
        if (method == TuningMethod.Contrastive && chosen.BatchSize == 1)
            throw new HoneException(Text.Of("batch_size is 1, and an embedding model learns a pair by telling it from the others of its step. Give 2 or more; 64 is usual.", "batch_size 为 1，而向量模型要把每个文本对与同一步中的其他文本对区分开来才能学习。请给出 2 或更大的值，通常为 64。"));
        string? other = ofAdapter ?? (chosen.MicroBatchTokens is not null ? "micro_batch_tokens" : null);
        if (method == TuningMethod.Contrastive && other is not null)
            throw new HoneException(Text.Of(
                $"{other} does not apply to an embedding model: all its weights are trained, and each batch goes through it as a whole. Leave it out.",
                $"{other} 不适用于向量模型：训练其全部权重，每批样本整体通过模型。请去掉它。"));
    }

    static void RequireReplay(Hyperparameters chosen, TuningMethod method, OtherFiles files)
    {
        Require(chosen.ReplayShare, value => value is >= 0 and <= Replay.LargestShare, "replay_share", Text.Of(FormattableString.Invariant($"from 0 to {Replay.LargestShare}"), FormattableString.Invariant($"在 0 到 {Replay.LargestShare} 之间")));
        bool hasFile = files.HasFlag(OtherFiles.Replay);
        if (method == TuningMethod.Contrastive && (hasFile || chosen.ReplayShare > 0))
            throw new HoneException(Text.Of("Replay is not possible with an embedding model. Leave replay_share and the replay file out.", "向量模型不能使用回放。请去掉 replay_share 和回放文件。"));
        if (method == TuningMethod.Dpo && (hasFile || chosen.ReplayShare > 0))
            throw new HoneException(Text.Of(
                "Replay is not possible with the method dpo: general examples have no rejected answer, and beta already holds the model near what it was. Leave replay_share and the replay file out, or raise beta.",
                "dpo 方法不能使用回放：通用样本没有被拒绝的回答，而且 beta 已让模型接近原来的状态。请去掉 replay_share 和回放文件，或调高 beta。"));
        if (!hasFile && chosen.ReplayShare > 0)
            throw new HoneException(Text.Of(
                "replay_share needs a replay file: general examples, of the kind that the model should not forget. Name one, or leave replay_share out.",
                "replay_share 需要回放文件：模型不应忘记的那类通用样本。请指定一个，或去掉 replay_share。"));
        if (hasFile && chosen.ReplayShare == 0)
            throw new HoneException(Text.Of("replay_share is 0, so nothing of the replay file would be shown. Leave the file out, or choose a share.", "replay_share 为 0，回放文件不会被使用。请去掉该文件，或指定比例。"));
    }

    static bool IsPositive(double value) => value > 0 && double.IsFinite(value);

    static void Require<T>(T? value, Func<T, bool> isAllowed, string name, string expected)
        where T : struct
    {
        if (value is { } chosen && !isAllowed(chosen))
            throw new HoneException(Text.Of(
                FormattableString.Invariant($"{name} must be {expected}, not {chosen}."),
                FormattableString.Invariant($"{name} 必须{expected}，而不是 {chosen}。")));
    }
}
