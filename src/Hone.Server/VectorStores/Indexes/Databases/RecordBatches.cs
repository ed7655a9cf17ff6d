using System.Text;

namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>Records in parts that a database takes at once.</summary>
static class RecordBatches
{
    /// <summary>About so many bytes are in a request: small enough for every system's limit, large enough that the way there does not count.</summary>
    const long MostBytes = 1_500_000;

    /// <summary>As text a number of a vector has about so many characters.</summary>
    const int BytesOfNumber = 12;

    /// <summary>The records in parts, of two with one id the later alone.</summary>
    /// <param name="mostRecords">The most of a part, whatever their size.</param>
    public static IEnumerable<IReadOnlyList<VectorRecord>> Of(IReadOnlyList<VectorRecord> records, int mostRecords)
    {
        Dictionary<string, int> last = new(records.Count, StringComparer.Ordinal);
        for (int i = 0; i < records.Count; i++)
            last[records[i].Id] = i;

        List<VectorRecord> batch = [];
        long bytes = 0;
        for (int i = 0; i < records.Count; i++)
        {
            if (last[records[i].Id] != i)
                continue;
            long size = SizeOf(records[i]);
            if (batch.Count > 0 && (batch.Count == mostRecords || bytes + size > MostBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(records[i]);
            bytes += size;
        }

        if (batch.Count > 0)
            yield return batch;
    }

    /// <summary>Words joined by a sign, in parts that are not longer than an address may be; a word that is longer alone is a part.</summary>
    public static IEnumerable<string> Joined(IEnumerable<string> words, char sign, int mostCharacters)
    {
        StringBuilder part = new();
        foreach (string word in words)
        {
            if (part.Length > 0 && part.Length + 1 + word.Length > mostCharacters)
            {
                yield return part.ToString();
                part.Clear();
            }

            _ = part.Length == 0 ? part.Append(word) : part.Append(sign).Append(word);
        }

        if (part.Length > 0)
            yield return part.ToString();
    }

    /// <summary>Records found for ids, in the order of the ids.</summary>
    public static IReadOnlyList<VectorRecord> InOrder(IReadOnlyList<string> ids, IEnumerable<VectorRecord> found)
    {
        Dictionary<string, VectorRecord> byId = new(StringComparer.Ordinal);
        foreach (VectorRecord record in found)
            byId[record.Id] = record;
        return [.. ids.Where(byId.ContainsKey).Select(id => byId[id])];
    }

    static long SizeOf(VectorRecord record) =>
        ((long)record.Vector.Length * BytesOfNumber) + (3L * record.Id.Length) + record.Metadata.Sum(pair => 3L * (pair.Key.Length + (pair.Value.Text?.Length ?? 8)));
}
