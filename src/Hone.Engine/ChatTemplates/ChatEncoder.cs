using System.Text.Json;
using Hone.Engine.Tokenizers;
using Hone.Engine.Training;

namespace Hone.Engine.ChatTemplates;

/// <summary>
/// Conversations as the tokens that a model is trained on and prompted with. Text of the template may spell special tokens; what people
/// wrote may not. The model's begin token comes first exactly once, whether template or tokenizer adds it.
/// </summary>
public sealed class ChatEncoder
{
    readonly TargetFinder _targets;
    readonly Lazy<bool> _wantsShortIds;
    readonly TimeProvider _clock;

    public ChatEncoder(Tokenizer tokenizer, ChatTemplate template, IReadOnlyList<int> endIds, TimeProvider? clock = null)
    {
        Tokenizer = tokenizer;
        Template = template;
        EndIds = endIds;
        _clock = clock ?? TimeProvider.System;
        _wantsShortIds = new Lazy<bool>(() => !Takes("call_0123456789") && Takes("abc123def"));
        _targets = new TargetFinder(template, [.. Texts(tokenizer, endIds)], [.. Texts(tokenizer, tokenizer.SpecialIds)]);
    }

    public Tokenizer Tokenizer { get; }

    public ChatTemplate Template { get; }

    /// <summary>The tokens that end what the model writes; first the one that ends a plain text.</summary>
    public IReadOnlyList<int> EndIds { get; }

    /// <summary>The encoder of a model in Hugging Face layout.</summary>
    public static ChatEncoder Load(string folder)
    {
        var tokenizer = Tokenizer.Load(folder);
        IReadOnlyList<int> endIds = EndTokens.Read(folder, tokenizer);
        string? endToken = endIds.Count > 0 ? tokenizer.TokenText(endIds[0]) : null;
        return new ChatEncoder(tokenizer, ChatTemplate.Load(folder, token => tokenizer.TokenId(token) is not null, endToken), endIds);
    }

    /// <summary>The tokens after which the model writes the assistant's next message.</summary>
    public int[] EncodePrompt(Conversation conversation) => [.. Encode(Render(Prepare(conversation), addGenerationPrompt: true)).Select(token => token.Id)];

    /// <summary>The whole conversation with the weights of its targets: what the assistant says and the token that ends its turn, times the message's weight.</summary>
    public EncodedExample Encode(Conversation conversation)
    {
        conversation = Prepare(conversation);
        RenderedChat rendered = Render(conversation, addGenerationPrompt: false);
        TokenSpan[] tokens = Encode(rendered);
        float[] weights = new float[tokens.Length];
        foreach (ChatTarget target in _targets.Find(conversation, rendered))
        {
            float weight = conversation.Messages[target.Message].Weight;
            for (int t = 0; t < tokens.Length; t++)
                // A token that reaches into the header is part of the prompt, so the model never has to write it.
                if (tokens[t].Start >= target.Start && tokens[t].Start < target.End && tokens[t].End > tokens[t].Start)
                    weights[t] = weight;
        }
        return new EncodedExample(rendered.Text, tokens, weights);
    }

    /// <summary>The text; tools that the template would leave out without a word are an error.</summary>
    RenderedChat Render(Conversation conversation, bool addGenerationPrompt)
    {
        bool hasTools = conversation.Tools is { ValueKind: JsonValueKind.Array } tools && tools.GetArrayLength() > 0;
        if ((hasTools && !Template.WritesTools) || (conversation.Messages.Any(message => message.ToolCalls.Count > 0) && !Template.WritesToolCalls))
            throw new HoneException("The model's chat template has no place for tools. Leave tools and tool calls out, or choose a model that was made for them.");
        return Template.Render(conversation, addGenerationPrompt, _clock);
    }

    /// <summary>What templates expect of calls and clients do not send: the name of the function beside its result, and ids of the length that the template wants.</summary>
    Conversation Prepare(Conversation conversation)
    {
        if (!conversation.Messages.Any(message => message.ToolCalls.Count > 0))
            return conversation;
        string Id(string id) => _wantsShortIds.Value ? ToolCallIds.Shorten(id) : id;
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        var messages = new List<ChatMessage>(conversation.Messages.Count);
        foreach (ChatMessage message in conversation.Messages)
        {
            foreach (ToolCall call in message.ToolCalls)
                names[call.Id] = call.Name;
            messages.Add(message with
            {
                Name = message.Name ?? (message.ToolCallId is { } answered ? names.GetValueOrDefault(answered) : null),
                ToolCalls = [.. message.ToolCalls.Select(call => call with { Id = Id(call.Id) })],
                // Before there were tools, a result answered the one call, which had no id.
                ToolCallId = message.ToolCallId is { } id ? Id(id) : message.Role == "function" && _wantsShortIds.Value ? Id("") : null,
            });
        }

        return conversation with { Messages = messages };
    }

    /// <summary>Whether the template takes a call with an id.</summary>
    bool Takes(string id)
    {
        try
        {
            Template.Render(new Conversation([new ChatMessage("user", "Hello"), new ChatMessage("assistant", "") { ToolCalls = [new ToolCall(id, "name", "{}")] }]), addGenerationPrompt: false, _clock);
            return true;
        }
        catch (HoneException)
        {
            return false;
        }
    }

    TokenSpan[] Encode(RenderedChat rendered) =>
        BeginToken.Once(Tokenizer, Tokenizer.EncodeSpans(rendered.Text, addSpecial: true, rendered.ContentRanges));

    // A byte that is marked as special has a text that means something else.
    static IEnumerable<string> Texts(Tokenizer tokenizer, IEnumerable<int> ids) =>
        ids.Where(id => tokenizer.TokenId(tokenizer.TokenText(id)) == id).Select(tokenizer.TokenText).Where(text => text.Length > 0).Distinct();
}
