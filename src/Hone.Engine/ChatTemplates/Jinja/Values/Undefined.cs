namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>The value of a name or attribute that does not exist: empty and false when read, an error when used.</summary>
sealed record Undefined(string Reason)
{
    public HoneException Error() => new(Reason);
}
