using Hone.Engine;

namespace Hone.Data.Quality;

/// <summary>What a finding is about; each area has its own score.</summary>
public enum QualityArea
{
    /// <summary>Classes, refusals, lengths, languages.</summary>
    Balance,

    /// <summary>The same question answered in different ways.</summary>
    Consistency,

    /// <summary>The same example twice, within a file or between files.</summary>
    Duplicates,

    /// <summary>Whether the prompt holds what the answer needs.</summary>
    Sufficiency,

    /// <summary>Personal data and secrets.</summary>
    Privacy,
}

/// <summary>Names of the areas for people.</summary>
public static class QualityAreas
{
    public static string Name(this QualityArea area) =>
        area switch
        {
            QualityArea.Balance => Text.Of("balance", "均衡"),
            QualityArea.Consistency => Text.Of("consistency", "一致"),
            QualityArea.Duplicates => Text.Of("duplicates", "重复"),
            QualityArea.Sufficiency => Text.Of("sufficiency", "充分"),
            _ => Text.Of("privacy", "隐私"),
        };
}
