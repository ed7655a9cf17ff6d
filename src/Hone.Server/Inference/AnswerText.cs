using Hone.Engine.Generation;

namespace Hone.Server.Inference;

/// <summary>Leaves out what a chat template puts before an answer's first word, when the model wrote it.</summary>
sealed class OpeningFilter(string opening)
{
    string _held = "";
    bool _isPast = opening.Length == 0;

    /// <summary>The part of the next piece that belongs to the answer.</summary>
    public string Add(string text, bool isLast)
    {
        if (_isPast)
            return text;
        _held += text;
        if (_held.Length < opening.Length && opening.StartsWith(_held, StringComparison.Ordinal) && !isLast)
            return "";
        _isPast = true;
        return _held.StartsWith(opening, StringComparison.Ordinal) ? _held[opening.Length..] : _held;
    }
}

/// <summary>Words for why a text ended.</summary>
static class FinishReasons
{
    public static string Name(this FinishReason reason) => reason == FinishReason.Length ? "length" : "stop";
}
