using static System.FormattableString;

namespace Hone.Data.Quality;

/// <summary>A number that describes a file, good or bad.</summary>
/// <param name="Code">A word for programs, the same in every version.</param>
/// <param name="Name">For people.</param>
/// <param name="Value">Null where it is not defined.</param>
/// <param name="Shown">The value as people read it.</param>
public sealed record QualityFigure(string Code, string Name, double? Value, string Shown)
{
    internal static QualityFigure OfShare(string code, string name, int part, int all) => new(code, name, (double)part / all, Invariant($"{100.0 * part / all:0.0} %"));
}
