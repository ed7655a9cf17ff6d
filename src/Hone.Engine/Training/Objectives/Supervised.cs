using Hone.Engine.Models;

namespace Hone.Engine.Training.Objectives;

/// <summary>Next-token prediction: loss = -Σ weight·log p(target) / Σ weight, over the targets of the whole batch.</summary>
public sealed class Supervised(IReadOnlyList<TrainingExample> examples) : IObjective
{
    readonly double[] _weights = [.. examples.Select(example => TargetWeight(example) is > 0 and double weight ? weight : throw WithoutTarget(example))];

    public int Count => examples.Count;

    public string Fingerprint { get; } = ExampleHash.Of(examples);

    public int TokenCount(int example) => examples[example].Ids.Length;

    public double LossWeight(int example) => _weights[example];

    public void Pack(int example, PackedExamples packed) => packed.Append(examples[example].Ids, examples[example].Weights);

    public Tensor Loss(Tape tape, CausalModel model, PackedExamples packed, double batchWeight, Score score) =>
        NextToken.Loss(tape, model, packed, batchWeight, score);

    static HoneException WithoutTarget(TrainingExample example) =>
        new(Text.Of($"The example at line {example.Line} has no token that carries loss. Remove it, or give it an answer to learn.", $"第 {example.Line} 行的示例没有参与损失计算的 token。请删除该行，或为其提供要学习的回答。"));

    static double TargetWeight(TrainingExample example)
    {
        double sum = 0;
        for (int t = 1; t < example.Weights.Length; t++)
            sum += example.Weights[t];
        return sum;
    }
}
