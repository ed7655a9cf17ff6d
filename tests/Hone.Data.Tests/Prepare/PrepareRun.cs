using Hone.Data.Prepare;

namespace Hone.Data.Tests.Prepare;

/// <summary>A frame that has gone through all rules.</summary>
sealed class PrepareRun
{
    public PrepareRun(Frame frame)
    {
        Preparation = new Preparation(frame);
        Preparation.Diagnose(PrepareRules.InOrder, _ => { });
    }

    public Preparation Preparation { get; }

    public static PrepareRun Of(params (string Prompt, string Completion)[] rows) => new(FrameOf(rows));

    public static Frame FrameOf(params IEnumerable<(string Prompt, string Completion)> rows) =>
        new(["prompt", "completion"], [.. rows.Select((row, i) => new FrameRow(i + 1, row.Prompt, row.Completion))]);

    /// <summary>What a rule found; null when it had nothing to say. The rules for both columns share a name: the last one counts.</summary>
    public Remedy? Found(string rule) => Preparation.Remedies.LastOrDefault(remedy => remedy.Rule == rule);

    /// <summary>The data after the recommended change of one rule.</summary>
    public Frame After(string rule) => Found(rule)!.Recommended!.Apply(Preparation.Frame);

    /// <summary>The data after all recommended changes, in order.</summary>
    public Frame Fixed()
    {
        foreach (Remedy remedy in Preparation.Remedies)
            if (remedy.Recommended is { } fix)
                Preparation.Apply(fix);
        return Preparation.Frame;
    }
}
