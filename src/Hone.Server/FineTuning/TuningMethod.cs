namespace Hone.Server.FineTuning;

/// <summary>How a model is tuned.</summary>
public enum TuningMethod
{
    /// <summary>Supervised, through a low-rank adapter.</summary>
    Lora,

    /// <summary>Supervised, every weight.</summary>
    Full,

    /// <summary>Preferences (Rafailov et al. 2023), through a low-rank adapter.</summary>
    Dpo,

    /// <summary>Pairs of texts, every weight of an encoder.</summary>
    Contrastive,
}
