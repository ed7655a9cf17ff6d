namespace Hone.Engine.Generation;

/// <summary>Why a continuation ended.</summary>
public enum FinishReason
{
    /// <summary>At an end token, or before a stop string.</summary>
    Stop,

    /// <summary>At the maximum of tokens, or at the end of the context.</summary>
    Length,
}
