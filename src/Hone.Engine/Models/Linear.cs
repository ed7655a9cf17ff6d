using Hone.Engine.Adapters;

namespace Hone.Engine.Models;

/// <summary>y = x·Wᵀ + b, and + scale·(x·Aᵀ)·Bᵀ once it carries a LoRA adapter.</summary>
public sealed class Linear
{
    /// <param name="name">The module's name in the checkpoint, without ".weight".</param>
    /// <param name="isInputMajor">Whether the weight is stored [inputs, outputs], as GPT-2's Conv1D does.</param>
    public Linear(string name, Parameter weight, Parameter? bias, bool isInputMajor = false)
    {
        Name = name;
        Weight = weight;
        Bias = bias;
        IsInputMajor = isInputMajor;
    }

    public string Name { get; }

    public Parameter Weight { get; }

    public Parameter? Bias { get; }

    public bool IsInputMajor { get; }

    public LoraWeights? Adapter { get; set; }

    public int Inputs => IsInputMajor ? Weight.Rows : Weight.Columns;

    public int Outputs => IsInputMajor ? Weight.Columns : Weight.Rows;

    /// <summary>The weight as it multiplies a row of inputs. [inputs, outputs]</summary>
    public MatrixView InputToOutput => IsInputMajor ? Weight.View : Weight.View.Transposed;

    public bool IsTrainable => Weight.IsTrainable || Bias?.IsTrainable == true || Adapter?.A.IsTrainable == true;
}
