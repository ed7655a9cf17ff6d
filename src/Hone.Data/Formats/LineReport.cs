namespace Hone.Data.Formats;

/// <summary>Takes what is found wrong in one line. A strict one throws the first problem; any other one hands all of them on.</summary>
/// <param name="take">Null to throw.</param>
sealed class LineReport(int example, int line, Action<Finding>? take)
{
    public int Example => example;

    public int Line => line;

    /// <summary>The first that was found of what training refuses.</summary>
    public Finding? FirstError { get; private set; }

    public bool HasErrors => FirstError is not null;

    public void Add(Finding finding)
    {
        if (take is null)
            throw finding.ToException();
        if (finding.Severity == Severity.Error)
            FirstError ??= finding;
        take(finding);
    }
}
