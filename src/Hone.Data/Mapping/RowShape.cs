using Hone.Data.Formats;

namespace Hone.Data.Mapping;

/// <summary>One way in which rows hold what a model is to learn.</summary>
abstract class RowShape
{
    /// <summary>What was recognised, for people.</summary>
    public abstract string Description { get; }

    /// <summary>What the rows are by themselves.</summary>
    public abstract DatasetKind Kind { get; }

    /// <summary>The columns that are used.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>Those of them that a row should not leave empty.</summary>
    public virtual IReadOnlyList<string> Required => [];

    /// <summary>Whether the rows are training lines as they stand.</summary>
    public virtual bool IsAsIs => false;

    public abstract DatasetLine Read(JsonLine row);
}
