using Hone.Engine.Models;
using Hone.Engine.Ops;

namespace Hone.Engine.Training.Objectives;

/// <summary>The loss of predicting each target from the tokens before it.</summary>
static class NextToken
{
    /// <summary>loss = -Σ weight·log p(target) / batchWeight.</summary>
    public static Tensor Loss(Tape tape, TransformerModel model, PackedExamples packed, double batchWeight, Score score)
    {
        tape.Batch = packed.ToBatch();
        bool[] isBest = packed.IsBest;
        Tensor logProbs = tape.TargetLogProbs(model.Hidden(tape), CausalModel.Of(model).Head, tape.Batch.Targets, isBest);
        float[] weights = packed.ScaledWeights(-1 / batchWeight);

        double loss = 0;
        for (int i = 0; i < weights.Length; i++)
            loss += (double)weights[i] * logProbs.Data[i];
        score.Add(loss, isBest.AsSpan().Count(true), isBest.Length);
        return tape.WeightedSum(logProbs, weights);
    }
}
