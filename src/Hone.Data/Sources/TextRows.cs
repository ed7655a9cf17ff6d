using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>Plain text: a row <c>{"text": …}</c> per line, blank lines included.</summary>
static class TextRows
{
    /// <summary>What the lines are called.</summary>
    public const string Column = "text";

    public static SourceRows Open(SourceBytes file, SourceOptions options, List<string> notes)
    {
        TextEncoding encoding = TextEncoding.Of(file, options.Encoding);
        notes.Add(SourceNotes.Of(encoding));
        return new SourceRows([Column], () => Read(file, encoding));
    }

    static IEnumerable<JsonLine> Read(SourceBytes file, TextEncoding encoding)
    {
        using Stream stream = encoding.OpenUtf8(file);
        using RowBuilder row = new([Column]);
        int number = 0;
        foreach (byte[] line in ByteLines.Read(stream, Text.Of("Break it into shorter lines.", "请拆分成较短的行。")))
        {
            number++;
            row.Start();
            row.Add(line.AsSpan().TrimEnd((byte)'\r'), encoding, number);
            yield return new JsonLine(number, number, row.End());
        }
    }
}
