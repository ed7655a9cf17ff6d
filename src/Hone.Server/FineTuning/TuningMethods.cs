using Hone.Engine;
using Hone.Server.Models;

namespace Hone.Server.FineTuning;

/// <summary>Which methods go with which models.</summary>
public static class TuningMethods
{
    /// <summary>How a model is tuned: as the user chose, else as suits it.</summary>
    /// <exception cref="HoneException">The method is none for this model.</exception>
    public static TuningMethod Of(ModelRegistry registry, string model, TuningMethod? chosen)
    {
        ArgumentNullException.ThrowIfNull(registry);
        if (!registry.IsEncoder(registry.Find(model)))
            return chosen ?? TuningMethod.Lora;
        if (chosen is null or TuningMethod.Full)
            return TuningMethod.Contrastive;
        string name = chosen.Value.ToString().ToLowerInvariant();
        throw new HoneException(Text.Of(
            $"{model} makes embeddings, and the method {name} is for models that write text. Leave it out: all weights are trained, on pairs of texts.",
            $"{model} 是向量模型，而 {name} 方法用于生成文本的模型。请去掉它：将以文本对训练全部权重。"));
    }
}
