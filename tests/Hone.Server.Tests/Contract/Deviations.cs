using System.Text.RegularExpressions;

namespace Hone.Server.Tests.Contract;

/// <summary>Where answers are otherwise than the published document says, because the original's are: recordings win over the document. Each with its reason.</summary>
static class Deviations
{
    static readonly (Regex Problem, string Reason)[] Known =
    [
        (Of(@"^\$\.(first|last)_id is null, not string$"), "The document has the ids of a page as texts; the original answers an empty page with null, as there is no item to name."),
        (Of(@"\.hyperparameters is null, not object$"), "The document has them for every job; the original shows those of a job by preference in its method only."),
        (Of(@"\.status is ""paused"", not one of"), "The document lacks the status that its own example of a paused job shows, and that the clients wait on."),
        (Of(@"\.refusal is missing$"), "The document requires it of every message; the original leaves it out of completions that it kept."),
        (Of(@"^\$\.data\[\d+\]\.role is "), "The document takes a stored message for an answer of the assistant; the original lists the messages of the request, with their roles."),
        (Of(@"logprobs\[0\] is null, not "), "The document has a number for every token; nothing stands before the first token of an echoed prompt, so that it has no probability."),
        (Of(@"^\$\.data\[\d+\]\.embedding is "".*, not array$"), "The document has numbers only; asked for base64, as its clients do, the original answers with a text."),
    ];

    static readonly Regex Unfinished = Of(@"\.finish_reason is null, not ");

    public static bool IsKnown(string problem) => Known.Any(known => known.Problem.IsMatch(problem));

    /// <summary>Of an event: the document gives it the form of a whole answer, which has a reason for its end; an event before the end has none.</summary>
    public static bool IsUnfinished(string problem) => Unfinished.IsMatch(problem);

    static Regex Of(string pattern) => new(pattern, RegexOptions.CultureInvariant);
}
