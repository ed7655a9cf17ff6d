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
        if (between is not [var c] || c is '"' or '\r' or '\n')
            throw new HoneException(Text.Of($"\"{between}\" is no separator. Give one character, such as , or ; or ，.", $"“{between}”不能作分隔符。请给出一个字符，如 , 或 ; 或 ，。"));
        bool hasQuotes = between != "\t" || sample.HasQuotedCells('\t');
        notes.Add(Text.Of($"separated by {Name(between)}{(hasQuotes ? "" : ", quotes are text")}", $"分隔符为{Name(between)}{(hasQuotes ? "" : "，引号按文本处理")}"));

        CsvRows rows = new(file, encoding, between, hasQuotes);
        rows.FindColumns(options.HasHeader, notes);
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

    void FindColumns(bool? hasHeader, List<string> notes)
    {
        List<string[]> sample = [];
        using (CsvReader reader = OpenReader())
            while (sample.Count < Sampled && Next(reader))
                sample.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        if (sample.Count == 0)
            throw new HoneException(Text.Of($"{_file.Path} has no rows.", $"{_file.Path} 没有数据行。"));

        _hasHeader = hasHeader ?? HeaderJudge.IsHeader(sample[0], sample[1..]);
        _columns = HeaderJudge.Columns(sample[0], _hasHeader, notes);
        notes.Add(SourceNotes.Header(_hasHeader, hasHeader is not null, _columns));
    }

    IEnumerable<JsonLine> Read()
    {
        using CsvReader reader = OpenReader();
        using RowBuilder row = new(_columns);
        if (_hasHeader)
            Next(reader);
        int example = 0;
        while (Next(reader))
        {
            int line = (int)reader.LineNumber;
            RequireColumns(reader, line);
            row.Start();
            for (int column = 0; column < _columns.Length; column++)
                row.Add(reader.GetSpan(column), _encoding, line);
            yield return new JsonLine(++example, line, row.End());
        }
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
            OnMalformedRecord = Refuse,
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
            throw new HoneException(Text.Of(
                $"The row that begins in line {error.LineNumber} is longer than 16 MB. A quote in it is probably never closed.",
                $"从第 {error.LineNumber} 行开始的行超过 16 MB，其中可能有未闭合的引号。"), error);
        }
    }

    /// <summary>Quotes inside of a cell are text; a cell in quotes must end with one.</summary>
    static void Refuse(CsvMalformedRecord record)
    {
        if (record.Reason == CsvMalformedReason.UnterminatedQuote)
            throw new HoneException(Text.Of(
                $"The row that begins in line {record.LineNumber} has a quote that is never closed. Close it, or double quotes that are text (\"\").",
                $"从第 {record.LineNumber} 行开始的行有未闭合的引号。请闭合它；作为文本的引号请写两遍（\"\"）。"));
        if (record.Reason == CsvMalformedReason.TextAfterClosingQuote)
            throw new HoneException(Text.Of(
                $"The row that begins in line {record.LineNumber} has text after a closing quote. Double quotes that are text (\"\").",
                $"从第 {record.LineNumber} 行开始的行在右引号后还有文本。作为文本的引号请写两遍（\"\"）。"));
    }

    void RequireColumns(CsvReader reader, int line)
    {
        int cells = reader.FieldCount;
        while (cells > _columns.Length && reader.GetSpan(cells - 1).IsEmpty)
            cells--;
        if (cells > _columns.Length)
            throw new HoneException(Text.Of(
                $"Line {line} has {cells} cells, but there are {_columns.Length} columns. Put a cell that holds a separator into quotes; the first one too many is: {Start(reader.GetString(_columns.Length))}",
                $"第 {line} 行有 {cells} 个单元格，而列数为 {_columns.Length}。含分隔符的单元格请加引号；第一个多余的是：{Start(reader.GetString(_columns.Length))}"));
        if (cells < _columns.Length)
            throw new HoneException(Text.Of(
                $"Line {line} has {cells} cells, but there are {_columns.Length} columns: {_columns[cells]} is missing.",
                $"第 {line} 行有 {cells} 个单元格，而列数为 {_columns.Length}：缺少 {_columns[cells]}。"));
    }

    static string Start(string cell) => cell.Length > 40 ? cell[..40] + "…" : cell;
}
