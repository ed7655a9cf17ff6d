namespace Hone.Engine;

/// <summary>A problem the user can cause and can solve: the message says what is wrong, where, and what to do.</summary>
public class HoneException : Exception
{
    public HoneException(string message)
        : base(message) { }

    public HoneException(string message, Exception cause)
        : base(message, cause) { }

    public HoneException() { }

    /// <summary>A word for programs that treat some problems in their own way; null for most.</summary>
    public string? Code { get; init; }
}
