namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>
/// Where a piece of rendered text comes from: <c>Source</c> is the message whose words it repeats (or one of the constants),
/// <c>Context</c> the message that the template was writing out at that moment (or -1), <c>IsGenerated</c> whether a
/// <c>{% generation %}</c> block surrounds it.
/// </summary>
readonly record struct Origin(int Source, int Context, bool IsGenerated)
{
    /// <summary>Text of the template itself, the only text in which special tokens are special.</summary>
    public const int TemplateText = -1;

    /// <summary>Text of the tool definitions that come with a conversation.</summary>
    public const int ToolDefinitions = -2;

    public const int NoMessage = -1;

    public static Origin Template => new(TemplateText, NoMessage, false);

    public static Origin Of(int source) => new(source, NoMessage, false);
}

/// <summary>Text from the end of the run before up to <c>End</c> has one origin.</summary>
readonly record struct Run(int End, Origin Origin);
