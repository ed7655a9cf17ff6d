using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Hone.Data.Checks.Reports;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Pairs;
using Hone.Data.Sources;
using Hone.Engine;
using Hone.Engine.Training;
using static System.FormattableString;

namespace Hone.Data.Checks;

/// <summary>
/// Checks a training file and takes its measure. All problems are found, not the first only; an error is what training refuses, a warning what it takes. The memory does not
/// depend on the size of the file, and the report does not depend on the number of threads.
/// </summary>
public static class DatasetCheck
{
    const int RowsAtOnce = 256;

    /// <summary>Checks a file in JSON Lines.</summary>
    /// <param name="progress">Gets the bytes that are done, from any thread.</param>
    /// <exception cref="HoneException">The file cannot be read at all.</exception>
    public static CheckReport Run(string path, CheckOptions options, Action<long>? progress = null, CancellationToken cancel = default)
    {
        (FileKind kind, PairKind? pairs) = KindOf(path);
        RequireModel(path, pairs is not null, options);
        if (pairs is { } found)
            return PairCheck.Run(path, found, options, progress, cancel);
        CheckTally tally = Add(
            LineBlock.Read(path),
            (mine, block) =>
            {
                using (block)
                    foreach (LineSpan line in block.Lines)
                        mine.Add(block, line);
                progress?.Invoke(block.End);
            },
            kind,
            options,
            cancel);
        LookAtWhole(Path.GetFileName(path), kind.Kind, tally, options);
        return Report(path, kind.Kind, tally, options);
    }

    /// <summary>Checks the lines that a mapping makes of a file of any format.</summary>
    /// <param name="command">The command line that writes these lines, which the report names.</param>
    /// <exception cref="HoneException">The file cannot be read at all.</exception>
    public static CheckReport Run(SourceFile source, RowMapping mapping, string command, CheckOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(mapping);
        RequireModel(source.Path, arePairs: false, options);
        FileKind kind = new(mapping.Kind, 0);
        CheckTally unread = new(options with { Encoding = null, Model = null }, kind);
        CheckTally tally = Add(
            source.Read((line, problem) => unread.AddUnread(line, problem.Message)).Chunk(RowsAtOnce),
            (found, rows) =>
            {
                foreach (JsonLine row in rows)
                    found.Add(row, mapping);
            },
            kind,
            options,
            cancel);
        tally.Add(unread);
        tally.Findings.Add(new Finding(
            FindingCodes.NeedsConversion, 0, 0, null,
            Text.Of("training reads JSON Lines with messages, prompt and completion, or preferences; what this file becomes was checked", "训练读取的是含 messages、prompt 与 completion 或偏好的 JSON Lines；这里检查的是该文件转换后的内容"),
            Text.Of($"make that file with `{command}`", $"请先用 `{command}` 转换")) { Severity = Severity.Warning });
        LookAtWhole(Path.GetFileName(source.Path), mapping.Kind, tally, options);
        return Report(source.Path, mapping.Kind, tally, options) with { IsConverted = true };
    }

    /// <summary>Refuses a model that does not learn from what the file holds.</summary>
    static void RequireModel(string path, bool arePairs, CheckOptions options)
    {
        if (arePairs && options.Model is { } writer)
            throw new HoneException(Text.Of(
                $"{path} holds pairs of texts, which embedding models learn from; {writer.Name} writes text. Name an embedding model, such as hone-embed.",
                $"{path} 含文本对，用于训练向量模型；而 {writer.Name} 是生成文本的模型。请指定向量模型，如 hone-embed。"));
        if (!arePairs && options.Encoder is { } encoder)
            throw new HoneException(Text.Of(
                $"{path} holds no pairs of texts, which {encoder.Name} learns from. Make them with hone data pairs, or name a model that writes text.",
                $"{path} 中没有文本对，而 {encoder.Name} 要从文本对学习。请用 hone data pairs 生成，或指定生成文本的模型。"));
    }

    /// <summary>What the first line that says it says: training lines of a kind, or pairs of texts.</summary>
    static (FileKind Kind, PairKind? Pairs) KindOf(string path)
    {
        foreach (LineBlock block in LineBlock.Read(path))
            using (block)
                foreach (LineSpan line in block.Lines)
                {
                    using JsonDocument? document = JsonLines.Parse(block, line, new LineReport(line.Example, line.Line, static _ => { }));
                    if (document is null)
                        continue;
                    if (DatasetReader.KindOf(document.RootElement) is { } kind)
                        return (new FileKind(kind, line.Line), null);
                    if (PairReader.KindOf([.. document.RootElement.EnumerateObject().Select(member => member.Name)]) is { } pairs)
                        return (new FileKind(null, line.Line), pairs);
                }
        return (new FileKind(null, 0), null);
    }

    static CheckTally Add<T>(IEnumerable<T> parts, Action<CheckTally, T> add, FileKind kind, CheckOptions options, CancellationToken cancel)
    {
        CheckTally all = new(options, kind);
        ParallelOptions threads = new() { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancel };
        try
        {
            Parallel.ForEach(
                Partitioner.Create(parts, EnumerablePartitionerOptions.NoBuffering),
                threads,
                () => new CheckTally(options, kind),
                (part, _, mine) =>
                {
                    add(mine, part);
                    return mine;
                },
                mine =>
                {
                    lock (all)
                        all.Add(mine);
                });
        }
        catch (AggregateException failure)
        {
            ExceptionDispatchInfo.Throw(failure.InnerExceptions[0]);
        }
        return all;
    }

    static CheckReport Report(string path, DatasetKind? kind, CheckTally tally, CheckOptions options)
    {
        IReadOnlyList<FindingGroup> findings = tally.Findings.ToGroups();
        int epochs = Epochs(tally.Examples, options);
        return new CheckReport
        {
            File = Path.GetFileName(path),
            Bytes = new FileInfo(path).Length,
            Kind = kind,
            Examples = tally.Examples,
            ExamplesWithErrors = tally.ExamplesWithErrors,
            Errors = findings.Where(group => group.Severity == Severity.Error).Sum(group => group.Count),
            Warnings = findings.Where(group => group.Severity == Severity.Warning).Sum(group => group.Count),
            Findings = findings,
            MissingSystem = tally.MissingSystem,
            MissingUser = tally.MissingUser,
            Messages = tally.Messages.Summarise(),
            Tokens = Tokens(tally, kind, options, epochs),
            Model = options.Model is { } model && tally.ModelTokens.Summarise() is { } total
                ? new ModelSummary(model.Name, model.Limits.ContextTokens, total, tally.TargetTokens.Summarise()!, tally.Longest.Tokens, tally.Longest.Line)
                : null,
            Epochs = epochs,
            Classes = tally.Classes.Summarise(),
            Problem = tally.FirstRefusal?.Message,
        };
    }

    internal static int Epochs(long examples, CheckOptions options) => options.Epochs ?? (examples == 0 ? 0 : AutoHyperparameters.Epochs((int)examples));

    static TokenSummary? Tokens(CheckTally tally, DatasetKind? kind, CheckOptions options, int epochs)
    {
        if (options.Encoding is not { } encoding || tally.Tokens.Summarise() is not { } total)
            return null;
        long billed = tally.Tokens.TotalUpTo(options.TokenLimit);
        return new TokenSummary(
            encoding,
            total,
            tally.AssistantTokens.Summarise()!,
            options.TokenLimit,
            tally.Tokens.CountAbove(options.TokenLimit),
            billed,
            billed * epochs,
            options.Prices.CostsOf(tally.Tokens, epochs, kind),
            options.Prices.Currency,
            options.Prices.AsOf,
            options.Prices.Source);
    }

    /// <summary>Whether there is enough to train on, and not too much.</summary>
    /// <param name="limits">Those of the model; null where none was named.</param>
    internal static void LookAtSize(FindingTally findings, long examples, long tokens, TrainingLimits? limits, CheckOptions options)
    {
        void Error(string code, string what, string fix) => findings.Add(new Finding(code, 0, 0, null, what, fix));

        if (examples == 0)
            Error(FindingCodes.EmptyFile, Text.Of("the file is empty", "文件为空"), Text.Of("write one example per line", "请每行写一个样本"));
        else if (examples < options.MinimumExamples)
            Error(
                FindingCodes.TooFewExamples,
                Text.Of($"the file has {Text.Counted(examples, "example")}, but must have at least {options.MinimumExamples} to be trained on", $"文件有 {examples} 个样本，训练至少需要 {options.MinimumExamples} 个"),
                Text.Of("add examples", "请增加样本"));
        if (tokens > limits?.MaximumTokens)
            Error(
                FindingCodes.TooManyTokens,
                Text.Of(Invariant($"the file has {tokens:N0} tokens, more than {limits.MaximumTokens:N0}"), Invariant($"文件有 {tokens:N0} 个词元，超过 {limits.MaximumTokens:N0}")),
                Text.Of("train on fewer examples, or raise the limit with --max-tokens", "请减少样本，或用 --max-tokens 提高上限"));
    }

    /// <summary>What only the whole file shows.</summary>
    static void LookAtWhole(string fileName, DatasetKind? kind, CheckTally tally, CheckOptions options)
    {
        void Error(string code, string what, string fix) => tally.Findings.Add(new Finding(code, 0, 0, null, what, fix));

        tally.Findings.Join(FindingCodes.MissingSystem, (count, lines) => Text.Of(
            Invariant($"{count:N0} of {tally.Messages.Count:N0} conversations have no system message (lines {lines})"),
            Invariant($"{tally.Messages.Count:N0} 个对话中有 {count:N0} 个没有 system 消息（第 {lines} 行）")));
        tally.Findings.Join(FindingCodes.MissingUser, (count, lines) => Text.Of(
            Invariant($"{count:N0} of {tally.Messages.Count:N0} conversations have no user message (lines {lines})"),
            Invariant($"{tally.Messages.Count:N0} 个对话中有 {count:N0} 个没有 user 消息（第 {lines} 行）")));

        LookAtSize(tally.Findings, tally.Examples, tally.ModelTokens.Total, options.Model?.Limits, options);
        if (options.IsForDpo is { } isForDpo && kind is { } held && TrainingData.MethodProblem(held, fileName, isForDpo, isForDpo ? "dpo" : "supervised") is { } problem)
            Error(
                FindingCodes.WrongMethod,
                problem.TrimEnd('.', '。'),
                isForDpo ? Text.Of("choose the method lora or full", "请选择 lora 或 full 方法") : Text.Of("choose the method dpo", "请选择 dpo 方法"));
    }
}
