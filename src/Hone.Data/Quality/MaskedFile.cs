using System.Text.Json;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Quality.Personal;

namespace Hone.Data.Quality;

/// <summary>A training file without its personal data.</summary>
/// <param name="Examples">All examples that were written.</param>
/// <param name="Masked">Those in which something was replaced.</param>
/// <param name="Values">Different values that were replaced, counted in each example.</param>
public sealed record MaskedFile(long Examples, int Masked, int Values)
{
    /// <summary>Writes the training lines of a file with placeholders for personal data; it appears when it is complete.</summary>
    public static MaskedFile Write(string path, QualityFile file, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        (int masked, int values) = (0, 0);
        using JsonLinesWriter writer = new(path);
        foreach (MappedRow row in file.Rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            (JsonElement value, int replaced) = PersonalMask.Apply(row.Value);
            masked += replaced > 0 ? 1 : 0;
            values += replaced;
            writer.Write(value);
        }
        writer.Keep();
        return new MaskedFile(writer.Count, masked, values);
    }
}
