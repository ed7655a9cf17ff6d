using System.Text.Json.Nodes;
using Hone.Data.Prepare;

namespace Hone.Cli.DataSets.Preparing;

/// <summary>Shows what the rules found, and asks about each change.</summary>
sealed class PrepareScreen(Output output, Questions questions)
{
    public void Show(Remedy remedy)
    {
        output.Line($"- {remedy.Finding}");
        if (!output.IsJson)
            return;
        JsonObject record = new() { ["rule"] = remedy.Rule, ["finding"] = remedy.Finding };
        if (remedy.Lines.Count > 0)
        {
            // There may be millions: a node for the list, not one for each.
            record["rows"] = JsonValue.Create(remedy.Rows);
            record["lines"] = JsonValue.Create(remedy.Lines);
        }
        output.Json(record);
    }

    /// <summary>Makes the changes that were found, in the order of the rules; the necessary ones have been made.</summary>
    public void Treat(Preparation preparation)
    {
        output.Line();
        output.Line(preparation.Remedies.Any(remedy => remedy.Necessary is not null || remedy.Recommended is not null)
            ? Text.Of("These changes follow:", "据此将作以下更改：")
            : Text.Of("There is nothing to change.", "无需更改。"));
        foreach (Remedy remedy in preparation.Remedies)
        {
            if (remedy.Recommended is { } recommended)
                Offer(remedy.Rule, recommended, preparation);
            if (remedy.Necessary is { } necessary)
            {
                output.Line(Text.Of($"- [Necessary] {necessary.Description}", $"- [必须] {necessary.Description}"));
                Record(remedy.Rule, necessary, isNecessary: true, isApplied: true);
            }
        }
    }

    /// <summary>Makes a change if the user wants it.</summary>
    public bool Offer(string rule, Fix fix, Preparation preparation)
    {
        bool isWanted = Recommend(fix.Description);
        if (isWanted)
            preparation.Apply(fix);
        Record(rule, fix, isNecessary: false, isWanted);
        return isWanted;
    }

    public bool Recommend(string what) => questions.Ask(Text.Of($"- [Recommended] {what}", $"- [建议] {what}"));

    void Record(string rule, Fix fix, bool isNecessary, bool isApplied) =>
        output.Json(new JsonObject { ["rule"] = rule, ["fix"] = fix.Description, ["necessary"] = isNecessary, ["applied"] = isApplied });
}
