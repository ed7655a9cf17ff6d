using Hone.Engine.Ops;

namespace Hone.Engine.Models;

/// <summary>The feed-forward part of Llama-like blocks: down(silu(gate(x)) · up(x)).</summary>
sealed class GatedMlp(ModelWeights weights, int width, int inner, bool hasBias)
{
    readonly Linear _gate = weights.Linear("gate_proj", inner, width, hasBias);
    readonly Linear _up = weights.Linear("up_proj", inner, width, hasBias);
    readonly Linear _down = weights.Linear("down_proj", width, inner, hasBias);

    /// <param name="x">A forgettable tensor. [T, D]</param>
    public Tensor Forward(Tape tape, Tensor x, Tensor residual)
    {
        Tensor gate = tape.Linear(x, _gate);
        Tensor up = tape.Linear(x, _up);
        tape.Forget(x);
        Tensor act = tape.SwiGlu(gate, up);
        Tensor y = tape.Linear(act, _down, residual);
        tape.Forget(act);
        return y;
    }
}
