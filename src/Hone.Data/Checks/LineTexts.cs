using Hone.Data.Formats;
using Hone.Engine.Training;

namespace Hone.Data.Checks;

/// <summary>What a model reads of one line, as tokens: one text, or for a preference the preferred one and the other.</summary>
sealed record LineTexts(TrainingExample[] Texts)
{
    /// <exception cref="Engine.HoneException">The chat template refuses the line, which is named.</exception>
    public static LineTexts Of(DatasetLine line, ExampleEncoder encoder) => new([.. encoder.EncodeAll(line).Select(encoded => encoded.ToExample(line.Line))]);

    public int TokenCount => Texts.Sum(text => text.Ids.Length);

    public int TargetCount => Texts.Sum(text => text.TargetCount);

    /// <summary>Tokens of the longest text, which must fit into the model's context.</summary>
    public int Longest => Texts.Max(text => text.Ids.Length);

    /// <summary>Whether a text has nothing to learn.</summary>
    public bool LacksTarget => Texts.Any(text => text.TargetCount == 0);
}
