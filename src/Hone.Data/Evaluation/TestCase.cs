using Hone.Data.Formats;
using Hone.Engine;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Training;

namespace Hone.Data.Evaluation;

/// <summary>A line of a test file: what the model is asked and what it should answer.</summary>
sealed class TestCase
{
    readonly Func<string, TrainingExample> _withAnswer;

    TestCase(int line, int[] prompt, string expected, Func<string, TrainingExample> withAnswer) =>
        (Line, Prompt, Expected, _withAnswer) = (line, prompt, expected, withAnswer);

    public int Line { get; }

    public int[] Prompt { get; }

    public string Expected { get; }

    /// <summary>The prompt with an answer, whose tokens are the targets.</summary>
    public TrainingExample With(string answer) => _withAnswer(answer);

    public static List<TestCase> Read(string path, ChatEncoder chat)
    {
        if (DatasetReader.KindOf(path) == DatasetKind.Preference)
            throw new HoneException(Text.Of($"{path} holds preferences. Give a file of prompts and completions, or of chats.", $"{path} 是偏好数据。请提供提示与补全或对话文件。"));
        CompletionEncoder completions = new(chat.Tokenizer, chat.EndIds.Count > 0 ? chat.EndIds[0] : null);
        return [.. DatasetReader.Read(path).Select(line => ExampleEncoder.OfLine(line, () =>
            line is CompletionLine completion ? Of(completion, completions) : Of((ChatLine)line, chat)))];
    }

    static TestCase Of(CompletionLine line, CompletionEncoder encoder) =>
        new(line.Line, encoder.EncodePrompt(line.Prompt), line.Completion, answer => encoder.Encode(line.Prompt, answer).ToExample(line.Line));

    /// <summary>The last words of the assistant are the answer.</summary>
    static TestCase Of(ChatLine line, ChatEncoder encoder)
    {
        int last = line.Conversation.Messages.ToList().FindLastIndex(message => message.IsAssistant);
        string answer = line.Conversation.Messages[last].Content;
        if (answer.Length == 0)
            throw new HoneException(Text.Of("The last assistant message has no text to compare with. Give its content, or remove the line.", "最后一条 assistant 消息没有可比较的文本。请给出 content，或删除该行。"));
        Conversation asked = line.Conversation.Take(last);
        ChatMessage[] before = [.. asked.Messages.Select(message => message with { Weight = 0 })];
        return new TestCase(
            line.Line,
            encoder.EncodePrompt(asked),
            answer,
            other => encoder.Encode(asked with { Messages = [.. before, new ChatMessage("assistant", other)] }).ToExample(line.Line)
        );
    }
}
