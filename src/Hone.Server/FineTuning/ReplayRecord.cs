using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Server.FineTuning;

/// <summary>What a job does with its replay file, and what came of it.</summary>
/// <param name="ExamplesPerEpoch">Shown in each epoch, among those of the training file.</param>
/// <param name="Examples">Those that they are drawn from.</param>
/// <param name="HeldOut">Never shown: the loss on them says what the model forgets.</param>
public sealed record ReplayRecord(int ExamplesPerEpoch, int Examples, int HeldOut)
{
    /// <summary>Of the trained tokens, those of the replay file; null until the training has ended.</summary>
    public long? Tokens { get; init; }

    /// <summary>On the held-out examples, before the first step.</summary>
    public double? LossBefore { get; init; }

    /// <summary>The same by the tuned model.</summary>
    public double? LossAfter { get; init; }

    /// <summary>As API and command line show it.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, JobRecord.Json)!.AsObject();

    /// <summary>The event that tells of the plan.</summary>
    /// <param name="own">Examples of the training file.</param>
    internal string DescribePlan(int own)
    {
        string repeated = ExamplesPerEpoch > Examples ? ", so some come more than once in an epoch" : "";
        string heldOut = HeldOut > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {HeldOut} more are held out to measure what is forgotten") : "";
        return string.Create(CultureInfo.InvariantCulture, $"Each epoch has {own} examples of the training file and {ExamplesPerEpoch} of the replay file, drawn from {Examples}{repeated}{heldOut}");
    }

    /// <summary>The event that tells of the result.</summary>
    /// <param name="trainedTokens">All of them.</param>
    internal string DescribeResult(long trainedTokens)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"Trained on {trainedTokens} tokens, {Tokens} of them of the replay file");
        if (LossBefore is { } before && LossAfter is { } after)
            text.Append(CultureInfo.InvariantCulture, $"; loss on its {HeldOut} held-out examples: {before:0.00} before, {after:0.00} after");
        return text.ToString();
    }
}
