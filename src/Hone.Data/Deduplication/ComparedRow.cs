using System.Text.Json;
using Hone.Data.Mapping;
using Hone.Data.Pairs;
using Hone.Data.Quality;
using Hone.Data.Quality.Similarity;

namespace Hone.Data.Deduplication;

/// <summary>What a row is compared by when rows are compared by what they say.</summary>
/// <param name="First">The text, trimmed; of a pair its first one.</param>
/// <param name="Second">The second text of a pair; else the text again.</param>
/// <param name="Kind">Rows of another kind are no repeats: under other instructions, or pairs with another score, label or negatives.</param>
readonly record struct ComparedRow(string First, string Second, ulong Kind, bool IsPair)
{
    const string Label = "label";

    /// <param name="textOf">The text of a row that is no pair.</param>
    public static ComparedRow Of(MappedRow row, Func<Sample, string> textOf)
    {
        JsonElement value = row.Source.Value;
        if (PairReader.TextsIn([.. value.EnumerateObject().Select(member => member.Name)]) is { } pair)
        {
            ulong kind = value.EnumerateObject().Where(member => TellsApart(member.Name)).Aggregate(1ul, (sum, member) => sum + NormalText.Mix(NormalText.Hash(member.Name) + RowHash.Of(member.Value)));
            return new ComparedRow(Cells.Text(value, pair.First).Trim(), Cells.Text(value, pair.Second).Trim(), kind, IsPair: true);
        }
        Sample sample = row.ToSample();
        string text = textOf(sample).Trim();
        // Another instruction asks for another answer.
        return new ComparedRow(text, text, NormalText.Hash(sample.Instructions), IsPair: false);
    }

    /// <summary>A row by one of its columns alone.</summary>
    public static ComparedRow Of(MappedRow row, string column)
    {
        string text = Cells.Text(row.Source.Value, column).Trim();
        return new ComparedRow(text, text, Kind: 0, IsPair: false);
    }

    static bool TellsApart(string member) => member is PairReader.Score or Label || member.StartsWith(PairReader.Negative, StringComparison.Ordinal);
}
