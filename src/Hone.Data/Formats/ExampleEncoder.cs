using Hone.Engine;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Training;

namespace Hone.Data.Formats;

/// <summary>
/// Lines of a training file as the tokens that a model learns from: chats and preferences through the chat template, prompt and completion
/// as plain text, as /v1/completions will continue it.
/// </summary>
public sealed class ExampleEncoder(ChatEncoder chat)
{
    readonly CompletionEncoder _completion = new(chat.Tokenizer, chat.EndIds.Count > 0 ? chat.EndIds[0] : null);

    public EncodedExample Encode(ChatLine line) => chat.Encode(line.Conversation);

    public EncodedExample Encode(CompletionLine line) => _completion.Encode(line.Prompt, line.Completion);

    public EncodedExample EncodePreferred(PreferenceLine line) => EncodeAnswer(line.Prompt, line.Preferred);

    public EncodedExample EncodeNonPreferred(PreferenceLine line) => EncodeAnswer(line.Prompt, line.NonPreferred);

    /// <summary>Every text that a line trains on: one, or for a preference the preferred one and the other.</summary>
    /// <exception cref="HoneException">The chat template refuses the line, which is named.</exception>
    public EncodedExample[] EncodeAll(DatasetLine line) =>
        OfLine<EncodedExample[]>(line, () => line switch
        {
            ChatLine conversation => [Encode(conversation)],
            CompletionLine completion => [Encode(completion)],
            PreferenceLine preference => [EncodePreferred(preference), EncodeNonPreferred(preference)],
            _ => throw new ArgumentException("There is no fourth kind of line.", nameof(line)),
        });

    /// <summary>What is made of a line, with errors that name it.</summary>
    internal static T OfLine<T>(DatasetLine line, Func<T> encode)
    {
        try
        {
            return encode();
        }
        catch (HoneException failure)
        {
            throw new HoneException(Text.Of($"Example {line.Example} cannot be rendered (line {line.Line}): {failure.Message}", $"样本 {line.Example} 无法渲染（第 {line.Line} 行）：{failure.Message}"), failure);
        }
    }

    // Only the answer is judged, whatever the assistant said before it.
    EncodedExample EncodeAnswer(Conversation prompt, ChatMessage answer) =>
        chat.Encode(prompt with { Messages = [.. prompt.Messages.Select(message => message with { Weight = 0 }), answer with { Weight = 1 }] });
}
