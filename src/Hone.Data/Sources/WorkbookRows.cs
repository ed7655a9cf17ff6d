using System.Globalization;
using System.Text;
using ExcelDataReader;
using ExcelDataReader.Exceptions;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>A sheet of an Excel workbook (.xlsx, .xls): the named one, else the first with rows.</summary>
sealed class WorkbookRows
{
    const int Sampled = 100;

    readonly SourceBytes _file;
    readonly int _sheet;
    readonly string[] _columns;
    readonly bool _hasHeader;

    static WorkbookRows() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    WorkbookRows(SourceBytes file, int sheet, bool? hasHeader, List<string> notes)
    {
        _file = file;
        _sheet = sheet;
        (int Line, string[] Cells)[] first = [.. Rows().Take(Sampled)];
        if (first.Length == 0)
            throw new HoneException(Text.Of($"The sheet of {file.Path} has no rows.", $"{file.Path} 的工作表没有数据行。"));
        string[][] sample = [.. first.Select(row => row.Cells)];
        for (int column = 0; column < sample[0].Length; column++)
            RowBuilder.RequireText(sample[0][column], first[0].Line, $"{column + 1}");
        _hasHeader = hasHeader ?? HeaderJudge.IsHeader(sample[0], sample[1..]);
        _columns = HeaderJudge.Columns(sample[0], _hasHeader, notes);
        notes.Add(SourceNotes.Header(_hasHeader, hasHeader is not null, _columns));
    }

    public static SourceRows Open(SourceBytes file, SourceOptions options, List<string> notes)
    {
        List<(string Name, bool HasRows)> sheets = Guarded(file, reader =>
        {
            List<(string, bool)> found = [];
            do
                found.Add((reader.Name, reader.RowCount > 0 && reader.FieldCount > 0));
            while (reader.NextResult());
            return found;
        });
        string[] names = [.. sheets.Select(sheet => sheet.Name)];
        int chosen = options.Sheet is { } name ? Array.IndexOf(names, name) : sheets.FindIndex(sheet => sheet.HasRows);
        if (chosen < 0)
            throw new HoneException(options.Sheet is null
                ? Text.Of($"{file.Path} has no sheet with rows.", $"{file.Path} 的工作表都没有数据行。")
                : Text.Of($"{file.Path} has no sheet {options.Sheet}. It has: {string.Join(", ", names)}.", $"{file.Path} 没有工作表 {options.Sheet}。现有：{string.Join("、", names)}。"));

        notes.Add(names.Length == 1
            ? Text.Of($"sheet {names[0]}", $"工作表 {names[0]}")
            : Text.Of($"sheet {names[chosen]} of {string.Join(", ", names)} (another one with --sheet)", $"工作表 {names[chosen]}，全部为 {string.Join("、", names)}（可用 --sheet 选择）"));
        WorkbookRows rows = new(file, chosen, options.HasHeader, notes);
        return new SourceRows(rows._columns, rows.Read) { Sheets = names };
    }

    IEnumerable<JsonLine> Read(PassOver passOver)
    {
        using RowBuilder row = new(_columns);
        int example = 0;
        foreach ((int line, string[] cells) in Rows().Skip(_hasHeader ? 1 : 0))
        {
            example++;
            if (row.Build(line, passOver, () => Fill(row, cells, line)) is { } built)
                yield return new JsonLine(example, line, built);
        }
    }

    void Fill(RowBuilder row, string[] cells, int line)
    {
        for (int column = 0; column < _columns.Length; column++)
            row.Add(column < cells.Length ? cells[column] : "", line);
    }

    /// <summary>The rows that have a cell with text, with their numbers from 1.</summary>
    IEnumerable<(int Line, string[] Cells)> Rows()
    {
        using IExcelDataReader reader = OpenReader(_file);
        for (int sheet = 0; sheet < _sheet; sheet++)
            Guarded(_file, () => reader.NextResult());
        while (Guarded(_file, reader.Read))
        {
            string[] cells = Guarded(_file, () => Enumerable.Range(0, reader.FieldCount).Select(column => Cell(reader.GetValue(column))).ToArray());
            if (!cells.All(string.IsNullOrWhiteSpace))
                yield return (reader.Depth + 1, cells);
        }
    }

    /// <summary>A cell as text; dates as ISO 8601 writes them, numbers and truth values as Excel shows them by default.</summary>
    static string Cell(object? value) =>
        value switch
        {
            null => "",
            DateTime time when time.TimeOfDay == TimeSpan.Zero => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            bool truth => truth ? "TRUE" : "FALSE",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };

    static IExcelDataReader OpenReader(SourceBytes file)
    {
        if (file.IsCompressed)
            throw new HoneException(Text.Of($"{file.Path} is a workbook that was compressed again. Unpack it first.", $"{file.Path} 是被再次压缩的工作簿。请先解压。"));
        FileStream stream = RereadFile.Open(file.Path);
        try
        {
            return Guarded(file, () => ExcelReaderFactory.CreateReader(stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    static T Guarded<T>(SourceBytes file, Func<IExcelDataReader, T> read)
    {
        using IExcelDataReader reader = OpenReader(file);
        return Guarded(file, () => read(reader));
    }

    /// <summary>Whatever the library throws is the file's fault: a broken workbook leads it to exceptions of every kind.</summary>
    static T Guarded<T>(SourceBytes file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidPasswordException error)
        {
            throw new HoneException(Text.Of($"{file.Path} is protected by a password. Save it without one.", $"{file.Path} 有密码保护。请另存为无密码的文件。"), error);
        }
        catch (Exception error) when (error is not (HoneException or OutOfMemoryException))
        {
            string reason = error is HeaderException ? Text.Of("It does not begin as one.", "文件开头不符合其格式。") : error.Message;
            throw new HoneException(Text.Of($"{file.Path} is no workbook that can be read: {reason} Save it as .xlsx or .csv again.", $"{file.Path} 不是可读取的工作簿：{reason} 请重新另存为 .xlsx 或 .csv。"), error);
        }
    }
}
