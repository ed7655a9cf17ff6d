using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Hone.Server.FineTuning;

namespace Hone.Cli.FineTuning;

/// <summary>The options of <c>hone finetune</c> for its hyperparameters. Each is <c>auto</c> unless it is given.</summary>
sealed class HyperparameterOptions
{
    readonly Option<int?> _epochs = Number<int>("--epochs", Text.Of("Passes over the examples", "训练轮数"), most: 50);
    readonly Option<int?> _batchSize = Number<int>("--batch-size", Text.Of("Examples per step", "每步样本数"), most: 256);
    readonly Option<double?> _learningRate = Number<double>("--learning-rate", Text.Of("Highest learning rate", "最高学习率"));
    readonly Option<double?> _multiplier = Number<double>("--learning-rate-multiplier", Text.Of("Multiplies the learning rate", "学习率倍数"));
    readonly Option<string> _schedule = Word("--schedule", "constant|linear|cosine", Text.Of("Learning rate after the warm-up", "预热后的学习率曲线"));
    readonly Option<int?> _warmupSteps = Number<int>("--warmup-steps", Text.Of("Steps until the full learning rate", "达到最高学习率前的步数"));
    readonly Option<double?> _weightDecay = Number<double>("--weight-decay", Text.Of("Decay of the weights", "权重衰减"));
    readonly Option<double?> _clip = Number<double>("--clip", Text.Of("Largest norm of the gradient", "梯度范数上限"));
    readonly Option<int?> _microBatchTokens = Number<int>("--micro-batch-tokens", Text.Of("Tokens computed at once; bounds the memory", "每次计算的词元数；限制内存"));
    readonly Option<bool> _recompute = new("--recompute") { Description = Text.Of("Less memory, a third more time", "节省内存，耗时增加三分之一") };
    readonly Option<int?> _patience = Number<int>("--patience", Text.Of("Validations without a better loss (embedding models: Spearman or mean reciprocal rank) before stopping; 0 never", "验证损失（向量模型：Spearman 或平均倒数排名）多少次没有变好后停止；0 表示从不"));
    readonly Option<long?> _maxTokens = Number<long>("--max-tokens", Text.Of("Refuse a file with more tokens", "拒绝词元数更多的文件"));
    readonly Option<double?> _replayShare = Number<double>("--replay-share", Text.Of("Share of the examples that come from the replay file", "来自回放文件的样本比例"));
    readonly Option<int?> _rank = Number<int>("--rank", Text.Of("Rank of the adapter", "适配器的秩"), most: 4096);
    readonly Option<double?> _alpha = Number<double>("--alpha", Text.Of("Scale of the adapter, times its rank", "适配器缩放系数 alpha"));
    readonly Option<double?> _dropout = Number<double>("--dropout", Text.Of("Dropout before the adapter", "适配器前的 dropout"));
    readonly Option<string> _targetModules = Word("--target-modules", "NAMES", Text.Of("Layers with an adapter, separated by commas, or all-linear", "带适配器的层，用逗号分隔，或 all-linear"));
    readonly Option<bool> _rankStabilised = new("--rank-stabilised") { Description = Text.Of("Scale by alpha/√rank", "按 alpha/√rank 缩放") };
    readonly Option<double?> _beta = Number<double>("--beta", Text.Of("How strongly DPO keeps to the reference", "DPO 与参考模型的约束强度"));

    readonly Option<double?> _scale = Number<double>("--scale", Text.Of("Of an embedding model: what a cosine is multiplied by", "用于向量模型：余弦的放大倍数"));
    readonly Option<ImmutableArray<int>?> _dimensions = new("--dimensions")
    {
        Description = Text.Of("Of an embedding model: lengths at which the beginnings of vectors are to be useful, separated by commas", "用于向量模型：向量开头在哪些长度上也可单独使用，用逗号分隔"),
        HelpName = "N,N",
        CustomParser = ParseLengths,
    };

    /// <summary>All of them, to be added to a command.</summary>
    public IReadOnlyList<Option> All =>
        [
            _epochs, _batchSize, _learningRate, _multiplier, _schedule, _warmupSteps, _weightDecay, _clip, _microBatchTokens, _recompute, _patience, _maxTokens, _replayShare,
            _rank, _alpha, _dropout, _targetModules, _rankStabilised, _beta, _scale, _dimensions,
        ];

    public Hyperparameters Of(CommandResult given) =>
        new()
        {
            Epochs = given.GetValue(_epochs),
            BatchSize = given.GetValue(_batchSize),
            LearningRate = given.GetValue(_learningRate),
            LearningRateMultiplier = given.GetValue(_multiplier),
            Schedule = given.GetValue(_schedule) ?? Hyperparameters.Auto,
            WarmupSteps = given.GetValue(_warmupSteps),
            WeightDecay = given.GetValue(_weightDecay),
            Clip = given.GetValue(_clip),
            MicroBatchTokens = given.GetValue(_microBatchTokens),
            Recompute = given.GetValue(_recompute) ? true : null,
            Patience = given.GetValue(_patience),
            MaxTokens = given.GetValue(_maxTokens),
            ReplayShare = given.GetValue(_replayShare),
            Rank = given.GetValue(_rank),
            Alpha = given.GetValue(_alpha),
            Dropout = given.GetValue(_dropout),
            TargetModules = given.GetValue(_targetModules) ?? Hyperparameters.Auto,
            RankStabilised = given.GetValue(_rankStabilised) ? true : null,
            Beta = given.GetValue(_beta),
            Scale = given.GetValue(_scale),
            Dimensions = given.GetValue(_dimensions),
        };

    /// <param name="most">The largest that there can be; null for the largest of the type.</param>
    static Option<T?> Number<T>(string name, string description, T? most = null)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name) { Description = description, HelpName = "N|auto", CustomParser = result => Parse(name, result, most ?? T.MaxValue) };

    static Option<string> Word(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName };

    static ImmutableArray<int>? ParseLengths(ArgumentResult result)
    {
        string[] words = result.Tokens[0].Value.Split([',', '，'], StringSplitOptions.TrimEntries);
        if (words is [Hyperparameters.Auto])
            return null;
        if (Array.Find(words, word => !int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is not { } wrong)
            return [.. words.Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        result.AddError(Text.Of($"{wrong} is no whole number.", $"{wrong} 不是整数。"));
        return null;
    }

    static T? Parse<T>(string name, ArgumentResult result, T most)
        where T : struct, INumber<T>
    {
        string text = result.Tokens[0].Value;
        if (text == Hyperparameters.Auto)
            return null;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T number))
            return number;
        bool isWhole = typeof(T) != typeof(double);
        result.AddError(isWhole && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? Text.Of($"{name} must be at most {most:N0}.", $"{name} 不能超过 {most:N0}。")
            : Text.Of($"{name}: {text} is no {(isWhole ? "whole number" : "number")}.", $"{name}：{text} 不是{(isWhole ? "整数" : "数字")}。"));
        return null;
    }
}
