namespace Hone.Data.Quality;

/// <summary>Looks for one kind of problem. Each check sees every row twice, in order: it learns what is usual, then judges each row by it, and concludes.</summary>
abstract class QualityCheck
{
    /// <summary>First pass.</summary>
    public virtual void Learn(QualityRow row) { }

    /// <summary>Between the passes.</summary>
    public virtual void EndLearning() { }

    /// <summary>Second pass.</summary>
    public virtual void Judge(QualityRow row) { }

    public abstract IEnumerable<QualityFinding> Conclude();

    /// <summary>After the conclusion: what is worth knowing even where nothing is wrong.</summary>
    public virtual IEnumerable<QualityFigure> Describe() => [];
}
