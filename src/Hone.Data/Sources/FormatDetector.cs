using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>Tells the format of a file by its first bytes, its extension and its text, in this order.</summary>
static class FormatDetector
{
    static readonly (byte[] Start, string English, string Chinese)[] Foreign =
    [
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "an xz archive", "xz 压缩文件"),
        ([0x42, 0x5a, 0x68], "a bzip2 archive", "bzip2 压缩文件"),
        ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "a 7z archive", "7z 压缩文件"),
        ([0x28, 0xb5, 0x2f, 0xfd], "a zstd archive", "zstd 压缩文件"),
        ([0x52, 0x61, 0x72, 0x21], "a RAR archive", "RAR 压缩文件"),
        ([0x25, 0x50, 0x44, 0x46, 0x2d], "a PDF document", "PDF 文档"),
        ([0x50, 0x41, 0x52, 0x31], "a Parquet file", "Parquet 文件"),
        ([0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66], "an SQLite database", "SQLite 数据库"),
    ];

    public static SourceFormat Detect(SourceBytes file, SourceOptions options, List<string> notes)
    {
        byte[] head = file.Head(8);
        if (head.Length == 0)
            throw new HoneException(Text.Of($"{file.Path} is empty.", $"{file.Path} 为空。"));
        foreach ((byte[] start, string english, string chinese) in Foreign)
            if (head.AsSpan().StartsWith(start))
                throw new HoneException(Text.Of($"{file.Path} is {english}. Unpack or convert it to CSV, XLSX, JSON, JSONL or text first.", $"{file.Path} 是 {chinese}。请先解压或转换为 CSV、XLSX、JSON、JSONL 或文本。"));

        bool isWorkbook = head.AsSpan().StartsWith("PK\x03\x04"u8) || head.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xd0, 0xcf, 0x11, 0xe0]);
        if (isWorkbook)
            return SourceFormat.Named("xlsx");

        SourceFormat? format = SourceFormat.OfExtension(file.Extension);
        if (format is { Name: not "txt" })
            return format;

        SourceFormat judged = SourceFormat.Named(Judge(file, options));
        if (judged != format)
            notes.Add(Text.Of("by its content", "按内容判断"));
        return judged;
    }

    /// <summary>Text without a telling name: JSON where it begins so, a table where every line has the same number of tabs, else plain lines.</summary>
    static string Judge(SourceBytes file, SourceOptions options)
    {
        CsvSample sample = CsvSample.Of(file, TextEncoding.Of(file, options.Encoding));
        if (sample.Text.TrimStart() is ['{' or '[', ..])
            return "json";
        if (sample.HasColumns("\t"))
            return "tsv";
        return file.Extension.Length == 0 && sample.HasColumns(",") ? "csv" : "txt";
    }
}
