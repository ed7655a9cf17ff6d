using System.Text.Json;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Engine;
using Hone.Engine.ChatTemplates;
using static System.FormattableString;

namespace Hone.Data.Checks;

/// <summary>What a file holds, and the line that said it first.</summary>
readonly record struct FileKind(DatasetKind? Kind, int Line);

/// <summary>What one thread has seen of a file. What all have seen adds up to the same, whichever lines each of them got.</summary>
sealed class CheckTally(CheckOptions options, FileKind kind)
{
    readonly PublishedTokens? _counter = options.Encoding is { } encoding ? new PublishedTokens(Engine.Tokenizers.Tokenizer.Tiktoken(encoding)) : null;
    readonly ExampleEncoder? _encoder = options.Model is { } model ? new ExampleEncoder(model.Encoder) : null;

    public FindingTally Findings { get; } = new(options.Shown);

    /// <summary>What the reader refuses in the first line that it refuses.</summary>
    public Finding? FirstRefusal { get; private set; }

    public long Examples { get; private set; }

    public long ExamplesWithErrors { get; private set; }

    public long MissingSystem { get; private set; }

    public long MissingUser { get; private set; }

    /// <summary>Of each conversation.</summary>
    public Histogram Messages { get; } = new();

    public Histogram Tokens { get; } = new();

    public Histogram AssistantTokens { get; } = new();

    public Histogram ModelTokens { get; } = new();

    public Histogram TargetTokens { get; } = new();

    /// <summary>The most tokens of a text for the model, and the first line that has them.</summary>
    public (int Tokens, int Line) Longest { get; private set; }

    public ClassTally Classes { get; } = new();

    /// <summary>Looks at one line of the file.</summary>
    public void Add(LineBlock block, LineSpan line)
    {
        LineReport report = new(line.Example, line.Line, Findings.Add);
        using JsonDocument? document = JsonLines.Parse(block, line, report);
        Add(document?.RootElement, report);
    }

    /// <summary>Counts a row that cannot be read.</summary>
    /// <param name="line">0 for all that is left of the file.</param>
    public void AddUnread(int line, string problem)
    {
        string fix = line > 0
            ? Text.Of("this row was passed over", "该行已跳过")
            : Text.Of("what comes after it was not read: correct it and check again", "其后的内容未读取：请改正后重新检查");
        Findings.Add(new Finding(line > 0 ? FindingCodes.InvalidRow : FindingCodes.UnreadRest, 0, line, null, problem.TrimEnd('.', '。'), fix));
        if (line == 0)
            return;
        Examples++;
        ExamplesWithErrors++;
    }

    /// <summary>Looks at the line that a mapping makes of a row.</summary>
    public void Add(JsonLine row, RowMapping mapping)
    {
        LineReport report = new(row.Example, row.Line, Findings.Add);
        JsonElement? value = null;
        try
        {
            value = mapping.Map([row]).Single().Value;
        }
        catch (HoneException problem)
        {
            report.Add(new Finding(
                FindingCodes.InvalidRow, row.Example, row.Line, null,
                problem.Message.TrimEnd('.', '。'),
                Text.Of("correct the row, or say with templates what its columns mean", "请修正该行，或用模板说明各列的含义")));
        }
        Add(value, report);
    }

    void Add(JsonElement? value, LineReport report)
    {
        DatasetLine? line = value is { } example ? DatasetReader.ReadLine(example, report.Line < kind.Line ? null : kind.Kind, report) : null;
        if (line is null)
            FirstRefusal ??= report.FirstError;
        else
            LookAt(line, report);
        Examples++;
        if (!report.HasErrors)
            return;
        ExamplesWithErrors++;
        options.OnRefused?.Invoke(report.Example);
    }

    /// <summary>Adds what another thread has seen of other lines of the same file.</summary>
    public void Add(CheckTally other)
    {
        Findings.Add(other.Findings);
        if (FirstRefusal is null || other.FirstRefusal?.Line < FirstRefusal.Line)
            FirstRefusal = other.FirstRefusal ?? FirstRefusal;
        Examples += other.Examples;
        ExamplesWithErrors += other.ExamplesWithErrors;
        MissingSystem += other.MissingSystem;
        MissingUser += other.MissingUser;
        Messages.Add(other.Messages);
        Tokens.Add(other.Tokens);
        AssistantTokens.Add(other.AssistantTokens);
        ModelTokens.Add(other.ModelTokens);
        TargetTokens.Add(other.TargetTokens);
        TakeLongest(other.Longest.Tokens, other.Longest.Line);
        Classes.Add(other.Classes);
    }

    void TakeLongest(int tokens, int line)
    {
        if (tokens > Longest.Tokens || (tokens == Longest.Tokens && line < Longest.Line))
            Longest = (tokens, line);
    }

    void LookAt(DatasetLine line, LineReport report)
    {
        LineTexts? texts = _encoder is null ? null : Encode(line, report);
        if (_encoder is null && line is ChatLine chat && chat.Conversation.Messages.All(message => !message.IsAssistant || message.Weight == 0))
            report.Add(WithoutTarget(line));
        if (report.HasErrors)
            return;

        if (texts is not null)
        {
            ModelTokens.Add(texts.TokenCount);
            TargetTokens.Add(texts.TargetCount);
            TakeLongest(texts.Longest, line.Line);
        }
        if (line is ChatLine { Conversation: var conversation })
            LookAt(conversation, line, "messages");
        else if (line is PreferenceLine preference)
            LookAt(preference.Prompt, line, "input.messages");
        Classes.Add(AnswerOf(line), CountTokens(line));
    }

    /// <summary>What training would make of the line; null when it would refuse it.</summary>
    LineTexts? Encode(DatasetLine line, LineReport report)
    {
        LineTexts texts;
        try
        {
            texts = LineTexts.Of(line, _encoder!);
        }
        catch (HoneException problem)
        {
            report.Add(new Finding(
                FindingCodes.TemplateRefused, line.Example, line.Line, null,
                problem.InnerException?.Message ?? problem.Message,
                Text.Of("change the example, or choose another model", "请修改样本，或选择其他模型")) { Message = problem.Message });
            return null;
        }
        int context = options.Model!.Limits.ContextTokens;
        if (texts.Longest > context)
            report.Add(new Finding(
                FindingCodes.ExampleTooLong, line.Example, line.Line, null,
                Text.Of(Invariant($"the example has {texts.Longest:N0} tokens, more than the model's context of {context:N0}"), Invariant($"样本有 {texts.Longest:N0} 个词元，超过模型的上下文 {context:N0}")),
                TooLongFix));
        if (texts.LacksTarget)
            report.Add(WithoutTarget(line));
        return texts;
    }

    internal static string TooLongFix => Text.Of("shorten or split it, or leave such examples out with --fix; nothing is cut silently", "请缩短或拆分，或用 --fix 略去这样的样本；不会悄悄截断");

    static Finding WithoutTarget(DatasetLine line) =>
        new(
            FindingCodes.NoTargetTokens, line.Example, line.Line, null,
            Text.Of("the example has nothing to learn: every assistant message has weight 0, or the chat template leaves them out", "样本没有可学习的内容：所有 assistant 消息的 weight 都是 0，或被对话模板省略"),
            Text.Of("remove it or give a message weight 1", "请删除它，或把某条消息的 weight 设为 1"));

    void LookAt(Conversation conversation, DatasetLine line, string path)
    {
        Messages.Add(conversation.Messages.Count);
        (bool hasSystem, bool hasUser) = (false, false);
        for (int i = 0; i < conversation.Messages.Count; i++)
        {
            ChatMessage message = conversation.Messages[i];
            hasSystem |= message.IsInstruction;
            hasUser |= message.Role == "user";
            if (message.Content.Length == 0 && message.ToolCalls.Count == 0 && Findings.Count(Severity.Warning, FindingCodes.MissingContent))
                Findings.Keep(Warning(
                    FindingCodes.MissingContent, line, $"{path}[{i}].content",
                    Text.Of($"message {i + 1} has an empty content", $"消息 {i + 1} 的 content 为空"),
                    Text.Of("write what is said, or remove the message", "请写上内容，或删除该消息")));
        }
        if (!hasSystem)
        {
            MissingSystem++;
            if (Findings.Count(Severity.Warning, FindingCodes.MissingSystem))
                Findings.Keep(Warning(
                    FindingCodes.MissingSystem, line, path,
                    Text.Of("there is no system message", "没有 system 消息"),
                    Text.Of("add the instructions that the model will get in use, if it will get any", "如果使用时会给模型指令，请加上同样的指令")));
        }
        if (!hasUser)
        {
            MissingUser++;
            if (Findings.Count(Severity.Warning, FindingCodes.MissingUser))
                Findings.Keep(Warning(
                    FindingCodes.MissingUser, line, path,
                    Text.Of("there is no user message", "没有 user 消息"),
                    Text.Of("add the question that is answered", "请加上被回答的问题")));
        }
    }

    int? CountTokens(DatasetLine line)
    {
        if (_counter is null)
            return null;
        (int total, int assistant) = _counter.Count(line);
        Tokens.Add(total);
        AssistantTokens.Add(assistant);
        if (total > options.TokenLimit && Findings.Count(Severity.Warning, FindingCodes.OverLimit))
            Findings.Keep(Warning(
                FindingCodes.OverLimit, line, null,
                Text.Of(Invariant($"the example has {total:N0} tokens, more than {options.TokenLimit:N0}"), Invariant($"样本有 {total:N0} 个词元，超过 {options.TokenLimit:N0}")),
                Text.Of("shorten or split it: OpenAI cuts off its end", "请缩短或拆分：OpenAI 会截去末尾")));
        return total;
    }

    static Finding Warning(string code, DatasetLine line, string? field, string what, string fix) =>
        new(code, line.Example, line.Line, field, what, fix) { Severity = Severity.Warning };

    /// <summary>What may be the class of an example; null when it has not one answer in words.</summary>
    static string? AnswerOf(DatasetLine line) =>
        line switch
        {
            CompletionLine completion => completion.Completion,
            ChatLine chat => OnlyAnswer(chat.Conversation.Messages),
            _ => null,
        };

    static string? OnlyAnswer(IReadOnlyList<ChatMessage> messages)
    {
        ChatMessage? answer = null;
        foreach (ChatMessage message in messages)
        {
            if (!message.IsAssistant)
                continue;
            if (answer is not null || message.ToolCalls.Count > 0)
                return null;
            answer = message;
        }
        return answer?.Content;
    }
}
