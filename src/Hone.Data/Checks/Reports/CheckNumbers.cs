using System.Globalization;
using Hone.Data.Formats;
using Hone.Data.Pairs;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Checks.Reports;

/// <summary>The numbers of a report in words and columns, the same for the screen and the page.</summary>
public static class CheckNumbers
{
    /// <summary>The heads of the columns that <see cref="Cells(Distribution)"/> fills.</summary>
    public static string[] Heads => [Text.Of("min", "最小"), Text.Of("q10", "10 分位"), Text.Of("median", "中位数"), Text.Of("mean", "平均"), Text.Of("q90", "90 分位"), Text.Of("max", "最大"), Text.Of("total", "合计")];

    /// <summary>What the file holds.</summary>
    public static string KindOf(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Kind is { } kind ? DatasetReader.Name(kind)
            : report.Pairs is { } pairs ? PairData.Describe(pairs.Kind, pairs.Count, pairs.WithNegatives)
            : Text.Of("nothing that is known", "无法识别的内容");
    }

    public static string Scores(ScoreSummary scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Text.Of(
            Invariant($"Scores: from {scores.Least:0.###} to {scores.Greatest:0.###}, mean {scores.Mean:0.###}."),
            Invariant($"分数：{scores.Least:0.###} 到 {scores.Greatest:0.###}，平均 {scores.Mean:0.###}。"));
    }

    /// <summary>What is measured per example.</summary>
    public static IEnumerable<(string Name, Distribution Numbers)> Of(CheckReport report)
    {
        if (report.Messages is { } messages)
            yield return (Text.Of("messages", "消息"), messages);
        if (report.Tokens is { } tokens)
        {
            yield return (Text.Of($"tokens ({tokens.Encoding})", $"词元（{tokens.Encoding}）"), tokens.Total);
            yield return (Text.Of("assistant tokens", "assistant 词元"), tokens.Assistant);
        }
        foreach (TextLengths lengths in report.Pairs?.Characters ?? [])
            yield return (Text.Of($"characters of {lengths.Field}", $"{lengths.Field} 的字符数"), lengths.Characters);
        if (report.Model is { } model)
        {
            yield return (Text.Of($"tokens ({model.Name})", $"词元（{model.Name}）"), model.Total);
            if (model.Targets is { } targets)
                yield return (Text.Of("tokens with loss", "计入损失的词元"), targets);
        }
    }

    public static string[] Cells(Distribution numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        return [Whole(numbers.Min), Real(numbers.Q10), Real(numbers.Median), Real(numbers.Mean), Real(numbers.Q90), Whole(numbers.Max), Whole(numbers.Total)];
    }

    public static string Missing(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Text.Of(
            Invariant($"Conversations without a system message: {report.MissingSystem:N0}; without a user message: {report.MissingUser:N0}."),
            Invariant($"没有 system 消息的对话：{report.MissingSystem:N0}；没有 user 消息的对话：{report.MissingUser:N0}。"));
    }

    public static string Billing(CheckReport report, TokenSummary tokens)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(tokens);
        return Text.Of(
            Invariant($"Epochs: {report.Epochs}. Billed tokens: {tokens.Billed:N0} of one epoch, {tokens.BilledInAll:N0} of all, where up to {tokens.Limit:N0} tokens of an example count. Examples with more: {tokens.OverLimit:N0}."),
            Invariant($"训练轮数：{report.Epochs}。每个样本最多计 {tokens.Limit:N0} 个词元时，一轮计费 {tokens.Billed:N0} 个词元，全部 {tokens.BilledInAll:N0} 个。超过该上限的样本：{tokens.OverLimit:N0}。"));
    }

    public static string[] CostHeads(TokenSummary tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return [Text.Of("model", "模型"), Text.Of($"{tokens.Currency} per million", $"每百万词元（{tokens.Currency}）"), Text.Of("billed tokens", "计费词元"), Text.Of($"cost in {tokens.Currency}", $"费用（{tokens.Currency}）"), Text.Of("training ends", "停止训练")];
    }

    public static string[] Cells(Cost cost)
    {
        ArgumentNullException.ThrowIfNull(cost);
        return [cost.Model, cost.PerMillion.ToString("N2", CultureInfo.InvariantCulture), Whole(cost.BilledTokens), cost.Total.ToString(cost.Total < 1 ? "N4" : "N2", CultureInfo.InvariantCulture), cost.TrainingEnds?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? ""];
    }

    /// <summary>Which of the models cannot be trained any more; null where all can.</summary>
    public static string? EndedNote(TokenSummary tokens, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        string[] ended = [.. tokens.Costs.Where(cost => cost.TrainingEnds <= today).Select(cost => cost.Model)];
        return ended.Length == 0 ? null : Text.Of(
            $"Training has ended for {string.Join(", ", ended)}: the price only serves to compare.",
            $"{string.Join("、", ended)} 已停止训练：其价格仅供比较。");
    }

    public static string PriceNote(TokenSummary tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Text.Of(
            Invariant($"Prices as of {tokens.PricesAsOf:yyyy-MM-dd} ({tokens.PricesSource}), of models that learn from such data; each with the longest example that it takes. Put newer ones under \"prices\" into settings.json."),
            Invariant($"价格截至 {tokens.PricesAsOf:yyyy-MM-dd}（{tokens.PricesSource}），只列出可用此类数据训练的模型；各模型按其最长样本计算。可在 settings.json 的 \"prices\" 中更新。"));
    }

    /// <summary>What the model's own numbers mean, one sentence each.</summary>
    public static IEnumerable<string> Training(CheckReport report, ModelSummary model)
    {
        (string longest, string most) = report.Pairs is null ? ("example", "样本") : ("text", "文本");
        yield return Text.Of(
            Invariant($"The longest {longest} has {model.Longest:N0} tokens (line {model.LongestLine}) in a context of {model.Context:N0}; {Text.Counted(report.Epochs, "epoch is", "epochs are")} {report.Epochs * model.Total.Total:N0} tokens."),
            Invariant($"最长的{most}有 {model.Longest:N0} 个词元（第 {model.LongestLine} 行），模型上下文为 {model.Context:N0}；{report.Epochs} 轮共 {report.Epochs * model.Total.Total:N0} 个词元。"));
        if (model.Training is not { } forecast)
            yield break;
        yield return Text.Of(
            Invariant($"{forecast.Method}: about {Minutes(forecast.Minutes)} for {Text.Counted(forecast.Steps, "step")}, at {forecast.TokensPerSecond:N0} tokens/s measured over {Text.Counted(forecast.MeasuredSteps, "step")} here and now."),
            Invariant($"{forecast.Method}：{forecast.Steps:N0} 步约需 {Minutes(forecast.Minutes)}，按刚才在本机实测 {forecast.MeasuredSteps} 步的 {forecast.TokensPerSecond:N0} 词元/秒计算。"));
        yield return Text.Of(
            Invariant($"Memory: {forecast.MemoryBytes / 1e9:0.00} GB measured with the longest example, {forecast.EstimatedMemoryBytes / 1e9:0.00} GB by calculation."),
            Invariant($"内存：用最长的样本实测 {forecast.MemoryBytes / 1e9:0.00} GB，计算值 {forecast.EstimatedMemoryBytes / 1e9:0.00} GB。"));
    }

    static string Minutes(double minutes) =>
        minutes < 1 ? Text.Of("1 minute", "1 分钟")
        : minutes < 120 ? Text.Of(Invariant($"{minutes:0} minutes"), Invariant($"{minutes:0} 分钟"))
        : Text.Of(Invariant($"{minutes / 60:0.0} hours"), Invariant($"{minutes / 60:0.0} 小时"));

    static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    static string Real(double value) => value.ToString("#,##0.#", CultureInfo.InvariantCulture);
}
