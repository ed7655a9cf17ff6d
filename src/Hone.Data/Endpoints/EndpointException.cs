using Hone.Engine;

namespace Hone.Data.Endpoints;

/// <summary>A question that got no answer.</summary>
public sealed class EndpointException : HoneException
{
    public EndpointException(string message, Exception? cause = null)
        : base(message, cause!) { }

    public EndpointException()
        : this("") { }

    public EndpointException(string message)
        : this(message, null) { }

    /// <summary>Whether the next question would fail as well: the address, the key, the model or the account is at fault, not the question.</summary>
    public bool ConcernsAll { get; init; }
}
