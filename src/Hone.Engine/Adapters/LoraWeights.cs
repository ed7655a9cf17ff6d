namespace Hone.Engine.Adapters;

/// <summary>A low-rank addition to one linear layer: scale·B·A (Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models").</summary>
/// <param name="A">[rank, inputs]</param>
/// <param name="B">[outputs, rank]</param>
/// <param name="Scale">alpha / rank, or alpha / √rank when rank-stabilised.</param>
/// <param name="Dropout">The probability that an input of A is zero in training.</param>
/// <param name="Index">The layer's number in the model: each draws its own dropout.</param>
public sealed record LoraWeights(Parameter A, Parameter B, float Scale, float Dropout = 0, int Index = 0)
{
    public int Rank => A.Rows;
}
