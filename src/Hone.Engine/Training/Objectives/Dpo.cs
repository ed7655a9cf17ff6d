using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Hone.Engine.Ops;

namespace Hone.Engine.Training.Objectives;

/// <summary>Direct preference optimisation (Rafailov et al. 2023): loss = -log σ(β·((c - c₀) - (r - r₀))), mean over the pairs.</summary>
/// <remarks>c and r are the log-probabilities of the chosen and the rejected answer, c₀ and r₀ the same by the model as it was when the run began.</remarks>
public sealed class Dpo(IReadOnlyList<PreferenceExample> pairs, double beta = 0.1) : IObjective
{
    /// <summary>c₀ - r₀ of each pair.</summary>
    readonly Memory<float> _reference = new float[pairs.Count];

    public int Count => pairs.Count;

    public string Fingerprint { get; } = ExampleHash.Of(pairs.SelectMany(pair => (TrainingExample[])[pair.Chosen, pair.Rejected]));

    public int TokenCount(int example) => pairs[example].Chosen.Ids.Length + pairs[example].Rejected.Ids.Length;

    public double LossWeight(int example) => 1;

    public void Pack(int example, PackedExamples packed)
    {
        packed.Append(pairs[example].Chosen.Ids, pairs[example].Chosen.Weights);
        packed.Append(pairs[example].Rejected.Ids, pairs[example].Rejected.Weights);
    }

    /// <summary>Computes the reference once; a resumed run reads what its beginning wrote.</summary>
    public void Prepare(TransformerModel model, string? folder, CancellationToken cancel)
    {
        string? path = folder is null ? null : Path.Combine(folder, $"reference-{Fingerprint[..16]}.safetensors");
        var stored = new Parameter("reference", [pairs.Count], _reference);
        if (File.Exists(path))
        {
            using var file = SafetensorsFile.Open(path);
            file.Get(stored.Name, stored.Shape).Read(0, stored.Data);
            return;
        }

        double[] logProbs = new ExampleScorer(CausalModel.Of(model)).LogProbabilities([.. pairs.SelectMany(pair => (TrainingExample[])[pair.Chosen, pair.Rejected])], cancel);
        for (int i = 0; i < pairs.Count; i++)
            _reference.Span[i] = (float)(logProbs[2 * i] - logProbs[(2 * i) + 1]);
        if (path is not null)
            SafetensorsWriter.Write(path, [stored]);
    }

    public Tensor Loss(Tape tape, TransformerModel model, PackedExamples packed, double batchWeight, Score score)
    {
        tape.Batch = packed.ToBatch();
        Tensor logProbs = tape.TargetLogProbs(model.Hidden(tape), CausalModel.Of(model).Head, tape.Batch.Targets, packed.IsBest);
        IReadOnlyList<int> examples = packed.Examples;
        Tensor y = tape.New(1, 1, logProbs.NeedsGrad);
        float[] slopes = packed.Scratch; // dloss/dlogProb of each target
        double loss = 0;
        int right = 0;
        for (int i = 0; i < examples.Count; i++)
        {
            double margin = beta * (Margin(packed, logProbs, i) - _reference.Span[examples[i]]);
            loss += SoftPlus(-margin) / batchWeight;
            right += margin > 0 ? 1 : 0;
            float slope = (float)(-beta / (1 + Math.Exp(margin)) / batchWeight);
            WriteSlopes(packed, 2 * i, slope, slopes);
            WriteSlopes(packed, (2 * i) + 1, -slope, slopes);
        }

        y.Data[0] = (float)loss;
        score.Add(loss, right, examples.Count);
        if (y.NeedsGrad)
            tape.Record(y, () => System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(slopes, y.Grad[0], logProbs.Grad, logProbs.Grad));
        return y;
    }

    /// <summary>The log-probability of the chosen answer less that of the rejected one.</summary>
    static double Margin(PackedExamples packed, Tensor logProbs, int pair) => Sum(packed, logProbs, 2 * pair) - Sum(packed, logProbs, (2 * pair) + 1);

    static double Sum(PackedExamples packed, Tensor logProbs, int sequence)
    {
        double sum = 0;
        foreach (float logProb in logProbs.Data[packed.TargetsOf(sequence)])
            sum += logProb;
        return sum;
    }

    static void WriteSlopes(PackedExamples packed, int sequence, float slope, float[] slopes) => slopes.AsSpan(packed.TargetsOf(sequence)).Fill(slope);

    /// <summary>log(1 + eˣ), without overflow.</summary>
    static double SoftPlus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
