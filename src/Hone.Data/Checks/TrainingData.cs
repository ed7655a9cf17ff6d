using Hone.Data.Formats;
using Hone.Engine;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Training;
using static System.FormattableString;

namespace Hone.Data.Checks;

/// <summary>A training file as tokens, after every check: nothing is cut, nothing is dropped.</summary>
public sealed class TrainingData
{
    const int ListedLines = 5;

    readonly List<TrainingExample> _examples = [];
    readonly List<PreferenceExample> _preferences = [];

    TrainingData(DatasetKind kind) => Kind = kind;

    public DatasetKind Kind { get; }

    /// <summary>The examples of a chat or completion file; empty for preferences.</summary>
    public IReadOnlyList<TrainingExample> Examples => _examples;

    /// <summary>The examples of a preference file; empty for the others.</summary>
    public IReadOnlyList<PreferenceExample> Preferences => _preferences;

    public int Count => _examples.Count + _preferences.Count;

    /// <summary>All tokens, those of both answers of a preference included.</summary>
    public long TokenCount { get; private set; }

    /// <summary>The tokens that carry loss.</summary>
    public long TargetCount { get; private set; }

    /// <summary>Reads, encodes and checks a file; the first problem is an error with its line and reason.</summary>
    public static TrainingData Load(string path, ChatEncoder encoder, TrainingLimits limits, CancellationToken cancel = default)
    {
        TrainingData data = new(DatasetReader.KindOf(path));
        ExampleEncoder examples = new(encoder);
        List<(int Line, int Tokens)> tooLong = [];
        List<int> withoutTarget = [];

        foreach (DatasetLine line in DatasetReader.Read(path))
        {
            cancel.ThrowIfCancellationRequested();
            LineTexts texts = LineTexts.Of(line, examples);
            if (texts.Longest > limits.ContextTokens)
                tooLong.Add((line.Line, texts.Longest));
            if (texts.LacksTarget)
                withoutTarget.Add(line.Line);
            data.Add(texts, line.Line, limits);
        }

        Require(tooLong, limits);
        Require(withoutTarget);
        RequireEnough(data.Count, limits);
        return data;
    }

    /// <summary>Some examples of lines that were checked, to try out what training takes.</summary>
    /// <param name="kind">What all of them hold.</param>
    /// <param name="isWanted">Which lines are taken.</param>
    public static TrainingData Sample(IEnumerable<DatasetLine> lines, DatasetKind kind, ChatEncoder encoder, Func<DatasetLine, bool> isWanted, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(isWanted);
        TrainingData data = new(kind);
        ExampleEncoder examples = new(encoder);
        TrainingLimits limits = new(int.MaxValue) { MaximumTokens = long.MaxValue };
        foreach (DatasetLine line in lines)
        {
            cancel.ThrowIfCancellationRequested();
            if (isWanted(line))
                data.Add(LineTexts.Of(line, examples), line.Line, limits);
        }
        return data;
    }

    /// <summary>An error when the file is not of the kind that the training method learns from.</summary>
    public void RequireMethod(string fileName, string method)
    {
        if (MethodProblem(Kind, fileName, isForDpo: method == "dpo", method) is { } problem)
            throw new HoneException(problem);
    }

    /// <summary>Why a file of this kind does not go with a training method; null when it does.</summary>
    internal static string? MethodProblem(DatasetKind kind, string fileName, bool isForDpo, string method)
    {
        if (isForDpo == (kind == DatasetKind.Preference))
            return null;
        (string format, string expected) = kind switch
        {
            DatasetKind.Chat => ("fine-tune-chat", "supervised"),
            DatasetKind.Completion => ("fine-tune-completion", "supervised"),
            _ => ("fine-tune-preference", "dpo"),
        };
        return Text.Of(
            $"Input file {fileName} is in the {format} format, but the specified fine-tuning job is not using '{expected}' as the training method (provided method={method}).",
            $"文件 {fileName} 是 {format} 格式，但任务的训练方法不是 '{expected}'（当前 method={method}）。");
    }

    void Add(LineTexts texts, int line, TrainingLimits limits)
    {
        TokenCount += texts.TokenCount;
        TargetCount += texts.TargetCount;
        RequireTokens(TokenCount, line, limits);

        if (Kind == DatasetKind.Preference)
            _preferences.Add(new PreferenceExample(texts.Texts[0], texts.Texts[1], line));
        else
            _examples.Add(texts.Texts[0]);
    }

    internal static void RequireTokens(long tokens, int line, TrainingLimits limits)
    {
        if (tokens > limits.MaximumTokens)
            throw new HoneException(Text.Of(
                Invariant($"The file has more than {limits.MaximumTokens:N0} tokens; line {line} goes beyond. Train on fewer examples, or raise the limit."),
                Invariant($"文件超过 {limits.MaximumTokens:N0} 个词元，从第 {line} 行起超出。请减少样本，或提高上限。")));
    }

    internal static void Require(List<(int Line, int Tokens)> tooLong, TrainingLimits limits)
    {
        if (tooLong.Count == 0)
            return;
        (int line, int tokens) = tooLong[0];
        string others = Others([.. tooLong.Select(one => one.Line)]);
        throw new HoneException(Text.Of(
            Invariant($"The example at line {line} has {tokens:N0} tokens, more than the model's context of {limits.ContextTokens:N0}{others}. Shorten or split it; nothing is cut silently."),
            Invariant($"第 {line} 行的样本有 {tokens:N0} 个词元，超过模型的上下文 {limits.ContextTokens:N0}{others}。请缩短或拆分；不会悄悄截断。")));
    }

    static void Require(List<int> withoutTarget)
    {
        if (withoutTarget.Count > 0)
            throw new HoneException(Text.Of(
                $"The example at line {withoutTarget[0]} has no target tokens{Others(withoutTarget)}: every assistant message has weight 0, or the chat template leaves them out. Remove it or give a message weight 1.",
                $"第 {withoutTarget[0]} 行的样本没有计入损失的词元{Others(withoutTarget)}：所有 assistant 消息的 weight 都是 0，或被对话模板省略。请删除它，或把某条消息的 weight 设为 1。"));
    }

    internal static void RequireEnough(int count, TrainingLimits limits)
    {
        if (count < limits.MinimumExamples)
            throw new HoneException(Text.Of(
                $"Training file has {count} example(s), but must have at least {limits.MinimumExamples} examples",
                $"训练文件有 {count} 个样本，至少需要 {limits.MinimumExamples} 个。")) { Code = "invalid_n_examples" };
    }

    static string Others(List<int> lines)
    {
        if (lines.Count == 1)
            return "";
        string listed = LineList.Of(lines.Skip(1).Take(ListedLines), areMore: lines.Count - 1 > ListedLines);
        return Text.Of($" (so do {lines.Count - 1} more: line {listed})", $"（另有 {lines.Count - 1} 个：第 {listed} 行）");
    }
}
