namespace Hone.Data.Splits;

/// <summary>A part of a split.</summary>
public enum SplitPart
{
    Train,
    Valid,
    Test,
}
