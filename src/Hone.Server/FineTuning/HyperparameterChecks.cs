using Hone.Engine;

namespace Hone.Server.FineTuning;

/// <summary>Refuses hyperparameters that cannot be, before any work is done.</summary>
public static class HyperparameterChecks
{
    /// <exception cref="HoneException">A number is outside its bounds, or was chosen for a method that does not use it.</exception>
    public static void Check(this Hyperparameters chosen, TuningMethod method, bool hasValidation)
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
        if (chosen.Schedule is not (Hyperparameters.Auto or "constant" or "linear" or "cosine"))
            throw new HoneException(Text.Of($"schedule must be constant, linear or cosine, not {chosen.Schedule}.", $"schedule 必须是 constant、linear 或 cosine，而不是 {chosen.Schedule}。"));
        RequireUsed(chosen, method, hasValidation);
    }

    /// <summary>Nothing that was chosen is ignored.</summary>
    static void RequireUsed(Hyperparameters chosen, TuningMethod method, bool hasValidation)
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
        if (method != TuningMethod.Dpo && chosen.Beta is not null)
            throw new HoneException(Text.Of("beta belongs to the method dpo. Leave it out, or use that method.", "beta 属于 dpo 方法。请去掉它，或使用该方法。"));
        if (!hasValidation && chosen.Patience > 0)
            throw new HoneException(Text.Of("patience needs a validation file. Leave it out, or name one.", "patience 需要验证文件。请去掉它，或指定验证文件。"));
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
