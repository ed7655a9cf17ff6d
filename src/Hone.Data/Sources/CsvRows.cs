using System.Buffers;
using System.Text;
using CsvHelper;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>Tables as text: cells between commas, tabs, semicolons or their full-width forms, in quotes where they hold separators or line breaks.</summary>
sealed class CsvRows
{
    const int LongestRow = 16 << 20;
    const int Sampled = 100;

    readonly SourceBytes _file;
    readonly TextEncoding _encoding;
    readonly string _separator;
    readonly bool _hasQuotes;
    string[] _columns = [];
    bool _hasHeader;

    CsvRows(SourceBytes file, TextEncoding encoding, string separator, bool hasQuotes) =>
        (_file, _encoding, _separator, _hasQuotes) = (file, encoding, separator, hasQuotes);

    public static SourceRows Open(SourceBytes file, SourceOptions options, List<string> notes) => Open(file, options, null, notes);

    public static SourceRows OpenTabs(SourceBytes file, SourceOptions options, List<string> notes) => Open(file, options, "\t", notes);

    static SourceRows Open(SourceBytes file, SourceOptions options, string? separator, List<string> notes)
    {
        TextEncoding encoding = TextEncoding.Of(file, options.Encoding);
        notes.Add(SourceNotes.Of(encoding));
        var sample = CsvSample.Of(file, encoding);
        string between = options.Separator ?? separator ?? sample.Separator();
        if (between is not [var c] || c is '"' || char.IsSurrogate(c) || (char.IsControl(c) && c != '\t'))
            throw new HoneException(Text.Of($"\"{between}\" is no separator. Give one character, such as , or ; or ，.", $"“{between}”不能作分隔符。请给出一个字符，如 , 或 ; 或 ，。"));
        bool hasQuotes = between != "\t" || sample.HasQuotedCells('\t');
        notes.Add(Text.Of(
            $"separated by {Name(between)}{(hasQuotes ? "" : ", quotes are text and a line without a separator continues the one before")}",
            $"分隔符为{Name(between)}{(hasQuotes ? "" : "，引号按文本处理，没有分隔符的行接在上一行之后")}"));

        CsvRows rows = new(file, encoding, between, hasQuotes);
        rows.FindColumns(options, notes);
        return new SourceRows(rows._columns, rows.Read);
    }

    static string Name(string separator) =>
        separator switch
        {
            "\t" => Text.Of("tabs", "制表符"),
            "," => Text.Of("commas", "逗号"),
            ";" => Text.Of("semicolons", "分号"),
            "，" => Text.Of("full-width commas", "全角逗号"),
            "；" => Text.Of("full-width semicolons", "全角分号"),
            _ => $" {separator} ",
        };

    void FindColumns(SourceOptions options, List<string> notes)
    {
        bool? hasHeader = options.HasHeader;
        List<string[]> sample = [];
        try
        {
            using CsvReader reader = OpenReader();
            while (sample.Count < Sampled && Next(reader))
            {
                for (int column = 0; sample.Count == 0 && column < reader.FieldCount; column++)
                    _encoding.RequireText(reader.GetSpan(column), (int)reader.LineNumber, $"{column + 1}");
                sample.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
            }
        }
        catch (HoneException) when (options.LeavesOutBadRows && sample.Count > 0)
        {
            // What was read so far has to do.
        }
        bool isBlank = sample.Count < Sampled && sample.All(row => row.All(string.IsNullOrWhiteSpace));
        if (isBlank)
            throw new HoneException(Text.Of($"{_file.Path} has no rows.", $"{_file.Path} 没有数据行。"));

        _hasHeader = hasHeader ?? HeaderJudge.IsHeader(sample[0], sample[1..]);
        _columns = HeaderJudge.Columns(sample[0], _hasHeader, notes);
        notes.Add(SourceNotes.Header(_hasHeader, hasHeader is not null, _columns));
    }

    IEnumerable<JsonLine> Read(PassOver passOver)
    {
        using RowBuilder row = new(_columns);
        int example = 0;
        foreach ((int line, byte[][] cells) in _hasQuotes ? Records() : Joined(Records()))
        {
            example++;
            if (row.Build(line, passOver, () => Fill(row, cells, line)) is { } built)
                yield return new JsonLine(example, line, built);
        }
    }

    void Fill(RowBuilder row, byte[][] cells, int line)
    {
        RequireColumns(cells, line);
        for (int column = 0; column < _columns.Length; column++)
            row.Add(cells[column], _encoding, line);
    }

    /// <summary>The rows of data with the lines where they begin.</summary>
    IEnumerable<(int Line, byte[][] Cells)> Records()
    {
        using CsvReader reader = OpenReader();
        if (_hasHeader)
            Next(reader);
        while (Next(reader))
        {
            byte[][] cells = new byte[reader.FieldCount][];
            for (int column = 0; column < cells.Length; column++)
                cells[column] = reader.GetSpan(column).ToArray();
            yield return ((int)reader.LineNumber, cells);
        }
    }

    /// <summary>Where nothing is quoted, a line break in a cell splits its row: a line without a separator goes on with the last cell of the row before.</summary>
    IEnumerable<(int Line, byte[][] Cells)> Joined(IEnumerable<(int Line, byte[][] Cells)> records)
    {
        (int Line, byte[][] Cells)? last = null;
        ArrayBufferWriter<byte> more = new(); // What goes on, and is joined once: there may be a million lines of it.
        foreach ((int Line, byte[][] Cells) record in records)
        {
            if (record.Cells.Length == 1 && _columns.Length > 1 && last is var (line, cells) && cells.Length == _columns.Length)
            {
                more.Write("\n"u8);
                more.Write(record.Cells[0]);
                if (cells[^1].Length + more.WrittenCount > LongestRow)
                    throw TooLong(line);
                continue;
            }
            if (last is { } whole)
                yield return Whole(whole, more);
            last = record;
        }
        if (last is { } end)
            yield return Whole(end, more);
    }

    static (int Line, byte[][] Cells) Whole((int Line, byte[][] Cells) record, ArrayBufferWriter<byte> more)
    {
        if (more.WrittenCount > 0)
            record.Cells[^1] = [.. record.Cells[^1], .. more.WrittenSpan];
        more.ResetWrittenCount();
        return record;
    }

    CsvReader OpenReader()
    {
        Stream stream = _encoding.OpenUtf8(_file);
        char separator = _separator[0];
        if (separator > 0x7f)
        {
            stream = new SeparatorStream(stream, Encoding.UTF8.GetBytes(_separator));
            separator = SeparatorStream.Separator;
        }
        return CsvReader.Create(stream, new CsvReaderOptions
        {
            HasHeader = false,
            Separator = separator,
            Mode = _hasQuotes ? CsvMode.Rfc4180 : CsvMode.NoEscape,
            Encoding = Encoding.UTF8,
            SkipEmptyLines = true,
            DetectSeparatorHint = false,
            TrackLineNumbers = true,
            MaxRecordSize = LongestRow,
            MalformedData = CsvMalformedDataHandling.Recover,
            OnMalformedRecord = record =>
            {
                if (record.Reason is CsvMalformedReason.UnterminatedQuote or CsvMalformedReason.TextAfterClosingQuote)
                    throw QuoteError.Of(record.Reason, record.RawRecord, record.LineNumber, separator);
            },
        });
    }

    static bool Next(CsvReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (CsvFormatException error)
        {
            throw TooLong(error.LineNumber);
        }
    }

    static HoneException TooLong(long line) =>
        new(Text.Of($"The row that begins in line {line} is longer than 16 MB. A quote in it is probably never closed.", $"从第 {line} 行开始的行超过 16 MB，其中可能有未闭合的引号。"));

    void RequireColumns(byte[][] row, int line)
    {
        int cells = row.Length;
        while (cells > _columns.Length && row[cells - 1].Length == 0)
            cells--;
        if (cells > _columns.Length)
        {
            string first = Excerpt.Of(row[_columns.Length]);
            throw new HoneException(Text.Of(
                $"Line {line} has {Text.Counted(cells, "cell")}, but the table has {Text.Counted(_columns.Length, "column")}. Put a cell that holds a separator into quotes; the first one too many is: {first}",
                $"第 {line} 行有 {cells} 个单元格，而列数为 {_columns.Length}。含分隔符的单元格请加引号；第一个多余的是：{first}"));
        }
        if (cells < _columns.Length)
            throw new HoneException(Text.Of(
                $"Line {line} has {Text.Counted(cells, "cell")}, but the table has {Text.Counted(_columns.Length, "column")}: {_columns[cells]} is missing.",
                $"第 {line} 行有 {cells} 个单元格，而列数为 {_columns.Length}：缺少 {_columns[cells]}。"));
    }
}
