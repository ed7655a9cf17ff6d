namespace Hone.Data.Prepare;

/// <summary>A frame on its way through the rules: what they found, and what has become of it.</summary>
public sealed class Preparation(Frame frame)
{
    readonly List<Remedy> _remedies = [];

    /// <summary>The data after the changes so far.</summary>
    public Frame Frame { get; private set; } = frame;

    /// <summary>Whether anything has been changed, so that there is something to write.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Everything that was found, in the order of the rules.</summary>
    public IReadOnlyList<Remedy> Remedies => _remedies;

    /// <summary>Asks every rule in turn; necessary changes are made before the next one looks.</summary>
    /// <param name="onFinding">Is told of each finding before a later rule refuses the data.</param>
    /// <exception cref="Hone.Engine.HoneException">A rule refuses the data.</exception>
    public void Diagnose(IEnumerable<PrepareRule> rules, Action<Remedy> onFinding)
    {
        foreach (PrepareRule rule in rules)
            if (rule(Frame) is { } remedy)
                Add(remedy, onFinding);
    }

    /// <summary>Takes a finding in; its necessary change is made at once.</summary>
    public void Add(Remedy remedy, Action<Remedy> onFinding)
    {
        _remedies.Add(remedy);
        onFinding(remedy);
        if (remedy.Necessary is { } fix)
            Apply(fix);
    }

    public void Apply(Fix fix)
    {
        Frame = fix.Apply(Frame);
        HasChanged = true;
    }
}
