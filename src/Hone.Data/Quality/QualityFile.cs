using Hone.Data.Mapping;

namespace Hone.Data.Quality;

/// <summary>One file to look at.</summary>
/// <param name="Part">What it is for.</param>
/// <param name="Path">Its name, for people.</param>
public sealed record QualityFile(DataPart Part, string Path, MappedRows Rows);
