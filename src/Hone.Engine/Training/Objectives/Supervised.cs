using Hone.Engine.Models;

namespace Hone.Engine.Training.Objectives;

/// <summary>Next-token prediction: loss = -Σ weight·log p(target) / Σ weight, over the targets of the whole batch.</summary>
public sealed class Supervised : IObjective
{
    readonly TrainingExample[] _examples;
    readonly double[] _weights;

    /// <param name="replay">General examples; see <see cref="Replay"/>.</param>
    public Supervised(IReadOnlyList<TrainingExample> examples, IReadOnlyList<TrainingExample>? replay = null)
    {
        _examples = [.. examples, .. replay ?? []];
        _weights = [.. _examples.Select(example => TargetWeight(example) is > 0 and double weight ? weight : throw WithoutTarget(example))];
        ReplayCount = replay?.Count ?? 0;
        Fingerprint = ReplayCount == 0 ? ExampleHash.Of(examples) : $"{ExampleHash.Of(examples)}+{ExampleHash.Of(replay!)}";
    }

    public int Count => _examples.Length;

    public int ReplayCount { get; }

    public string Fingerprint { get; }

    public int TokenCount(int example) => _examples[example].Ids.Length;

    public double LossWeight(int example) => _weights[example];

    public void Pack(int example, PackedExamples packed) => packed.Append(_examples[example].Ids, _examples[example].Weights);

    public Tensor Loss(Tape tape, TransformerModel model, PackedExamples packed, double batchWeight, Score score) =>
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
