using Hone.Data.Formats;

namespace Hone.Data.Mapping;

/// <summary>How rows become training lines, where their columns do not say it. Texts are templates with columns in braces: see <see cref="Template"/>.</summary>
public sealed record MappingOptions
{
    public string? Prompt { get; init; }

    public string? Completion { get; init; }

    /// <summary>The system message of every conversation, also of those whose other messages are recognised.</summary>
    public string? System { get; init; }

    public string? User { get; init; }

    public string? Assistant { get; init; }

    public string? Preferred { get; init; }

    public string? NonPreferred { get; init; }

    /// <summary>What the lines are to be; null for what suits the rows: a chat but for rows of prompt and completion and for preferences.</summary>
    public DatasetKind? Kind { get; init; }

    public bool HasTemplates => (Prompt ?? Completion ?? User ?? Assistant ?? Preferred ?? NonPreferred) is not null;

    /// <summary>Refuses templates that cannot be read or do not go together, whatever the file.</summary>
    /// <exception cref="Engine.HoneException">It says what to give.</exception>
    public void Check()
    {
        if (HasTemplates)
            TemplateShape.Of(this);
        else if (System is not null)
            Template.Parse(System);
    }
}
