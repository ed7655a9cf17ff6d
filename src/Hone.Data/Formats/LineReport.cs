namespace Hone.Data.Formats;

/// <summary>Takes what is found wrong in one line. A strict one throws the first problem; any other one hands all of them on.</summary>
/// <param name="take">Null to throw.</param>
sealed class LineReport(int example, int line, Action<Finding>? take)
{
    public int Example => example;

    public int Line => line;

    /// <summary>Whether something was found that training refuses.</summary>
    public bool HasErrors { get; private set; }

    public void Add(Finding finding)
    {
        if (take is null)
            throw finding.ToException();
        HasErrors |= finding.Severity == Severity.Error;
        take(finding);
    }
}
