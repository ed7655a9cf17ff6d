using System.Text.Json;

namespace Hone.Data.Quality;

/// <summary>An example as the checks see it.</summary>
/// <param name="Index">Its number over all files, from 0.</param>
/// <param name="Source">The row of the user's file from which the example was made, with all of its columns.</param>
sealed record QualityRow(int Index, DataPart Part, Sample Sample, JsonElement Source);
