using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Hone.Data.Checks.Reports;
using Hone.Data.Formats;
using Hone.Data.Mapping;
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
        FileKind kind = KindOf(path);
        CheckTally tally = Add(
            LineBlock.Read(path),
            (found, block) =>
            {
                using (block)
                    foreach (LineSpan line in block.Lines)
                        found.Add(block, line);
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

    /// <summary>What the first line that says it says.</summary>
    static FileKind KindOf(string path)
    {
        foreach (LineBlock block in LineBlock.Read(path))
            using (block)
                foreach (LineSpan line in block.Lines.Where(line => !line.IsTooLong))
                {
                    using JsonDocument? document = JsonLines.Parse(block.TextOf(line), new LineReport(line.Example, line.Line, static _ => { }));
                    if (document is not null && DatasetReader.KindOf(document.RootElement) is { } kind)
                        return new FileKind(kind, line.Line);
                }
        return new FileKind(null, 0);
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
        int epochs = options.Epochs ?? (tally.Examples == 0 ? 0 : AutoHyperparameters.Epochs((int)tally.Examples));
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

        if (tally.Examples == 0)
            Error(FindingCodes.EmptyFile, Text.Of("the file is empty", "文件为空"), Text.Of("write one example per line", "请每行写一个样本"));
        else if (tally.Examples < options.MinimumExamples)
            Error(
                FindingCodes.TooFewExamples,
                Text.Of($"the file has {Text.Counted(tally.Examples, "example")}, but must have at least {options.MinimumExamples} to be trained on", $"文件有 {tally.Examples} 个样本，训练至少需要 {options.MinimumExamples} 个"),
                Text.Of("add examples", "请增加样本"));
        if (options.Model is { } model && tally.ModelTokens.Total > model.Limits.MaximumTokens)
            Error(
                FindingCodes.TooManyTokens,
                Text.Of(Invariant($"the file has {tally.ModelTokens.Total:N0} tokens, more than {model.Limits.MaximumTokens:N0}"), Invariant($"文件有 {tally.ModelTokens.Total:N0} 个词元，超过 {model.Limits.MaximumTokens:N0}")),
                Text.Of("train on fewer examples, or raise the limit with --max-tokens", "请减少样本，或用 --max-tokens 提高上限"));
        if (options.IsForDpo is { } isForDpo && kind is { } held && TrainingData.MethodProblem(held, fileName, isForDpo, isForDpo ? "dpo" : "supervised") is { } problem)
            Error(
                FindingCodes.WrongMethod,
                problem.TrimEnd('.', '。'),
                isForDpo ? Text.Of("choose the method lora or full", "请选择 lora 或 full 方法") : Text.Of("choose the method dpo", "请选择 dpo 方法"));
    }
}
