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
        return new SourceRows([Column], passOver => Read(file, encoding, passOver));
    }

    static IEnumerable<JsonLine> Read(SourceBytes file, TextEncoding encoding, PassOver passOver)
    {
        using Stream stream = encoding.OpenUtf8(file);
        using RowBuilder row = new([Column]);
        foreach (LineBlock block in LineBlock.Read(stream, keepsBlank: true))
            using (block)
                foreach (LineSpan line in block.Lines)
                {
                    if (row.Build(line.Line, passOver, () => Fill(row, block, line, encoding)) is { } built)
                        yield return new JsonLine(line.Line, line.Line, built);
                }
    }

    static void Fill(RowBuilder row, LineBlock block, LineSpan line, TextEncoding encoding)
    {
        if (line.IsTooLong)
            throw new HoneException(Text.Of($"Line {line.Line} is longer than 16 MB. Break it into shorter lines.", $"第 {line.Line} 行超过 16 MB。请拆分成较短的行。"));
        row.Add(block.TextOf(line).Span.TrimEnd((byte)'\r'), encoding, line.Line);
    }
}
