using Hone.Engine.ChatTemplates.Jinja;

namespace Hone.Engine.ChatTemplates;

/// <summary>A model's way to write a conversation as text. Safe to use from several threads.</summary>
public sealed class ChatTemplate
{
    readonly JinjaTemplate _template;
    readonly JinjaTemplate? _toolTemplate;
    readonly IReadOnlyDictionary<string, string> _specialTokens;
    readonly bool _knowsDeveloper;
    readonly string? _toolSource;

    public ChatTemplate(string source, IReadOnlyDictionary<string, string> specialTokens, string? toolSource = null, bool isDefault = false)
    {
        (Source, _toolSource) = (source, toolSource);
        IsDefault = isDefault;
        _template = JinjaTemplate.Parse(source);
        _toolTemplate = toolSource is null ? null : JinjaTemplate.Parse(toolSource);
        _specialTokens = specialTokens;
        _knowsDeveloper = source.Contains("developer", StringComparison.Ordinal);
        WritesTools = Mentions("tools");
        WritesToolCalls = Mentions("tool_calls");
    }

    /// <summary>The template as Jinja.</summary>
    public string Source { get; }

    /// <summary>Whether the model brings no template of its own, so that Hone's is used.</summary>
    public bool IsDefault { get; }

    /// <summary>Whether the template mentions tools at all, and calls of them.</summary>
    public bool WritesTools { get; }

    /// <inheritdoc cref="WritesTools"/>
    public bool WritesToolCalls { get; }

    /// <summary>Whether the template, for conversations with tools or without, has these words.</summary>
    public bool Mentions(string words) => Source.Contains(words, StringComparison.Ordinal) || _toolSource?.Contains(words, StringComparison.Ordinal) == true;

    /// <summary>
    /// The template of a model in Hugging Face layout. A model without one gets ChatML if its vocabulary has &lt;|im_start|&gt;, else
    /// lines that begin with <c>System:</c>, <c>User:</c>, <c>Assistant:</c> or <c>Tool:</c>, where the end token ends what the assistant says.
    /// </summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="hasToken">Whether the vocabulary has a token.</param>
    /// <param name="endToken">The end token, where the folder's tokenizer_config.json names none.</param>
    public static ChatTemplate Load(string folder, Func<string, bool> hasToken, string? endToken = null)
    {
        var source = TemplateSource.Read(folder);
        Dictionary<string, string> tokens = new(source.SpecialTokens);
        if (endToken is not null)
            tokens.TryAdd("eos_token", endToken);

        return source.Default is { } template
            ? new ChatTemplate(template, tokens, source.ForTools)
            : new ChatTemplate(hasToken("<|im_start|>") ? DefaultTemplates.ChatMl : DefaultTemplates.Plain, tokens, isDefault: true);
    }

    /// <summary>The conversation as text.</summary>
    /// <param name="addGenerationPrompt">Whether the text ends with what comes before the assistant's next words.</param>
    /// <param name="clock">For templates that write the date; null for the system's.</param>
    public RenderedChat Render(Conversation conversation, bool addGenerationPrompt, TimeProvider? clock = null)
    {
        object? tools = ChatValues.Tools(conversation.Tools);
        JinjaTemplate template = tools is null ? _template : _toolTemplate ?? _template;
        Dictionary<string, object?> variables = new()
        {
            ["messages"] = ChatValues.Messages(conversation.Messages, _knowsDeveloper),
            ["tools"] = tools,
            ["documents"] = null,
            ["add_generation_prompt"] = addGenerationPrompt,
        };
        foreach ((string name, string token) in _specialTokens)
            variables[name] = TracedText.Of(token);

        (TracedText text, IReadOnlyList<int> pieceEnds) = template.Render(variables, clock ?? TimeProvider.System);
        return new RenderedChat(text.Value, Segments(text)) { PieceEnds = pieceEnds };
    }

    static List<ChatSegment> Segments(TracedText text)
    {
        List<ChatSegment> segments = new(text.Runs.Length);
        int start = 0;
        foreach (Run run in text.Runs)
        {
            Origin origin = run.Origin;
            int message = origin.Context >= 0 ? origin.Context : Math.Max(origin.Source, Origin.NoMessage);
            segments.Add(new ChatSegment(start, run.End, message, origin.Source != Origin.TemplateText, origin.IsGenerated));
            start = run.End;
        }
        return segments;
    }
}
