using System.IO.Compression;
using System.Text;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

/// <summary>Files much larger than the memory that the program may use.</summary>
public sealed class LargeFileTests : IDisposable
{
    const long Length = 240L << 20;
    const int HeapLimit = 80 << 20;

    readonly string _folder = Directory.CreateTempSubdirectory("hone-large-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Explicit = true), Trait("Kind", "Slow")]
    [InlineData("csv", "question,answer\n", "\"Wie, {0}?\",\"Ja\"\"{1}\"\n", "", "utf-8")]
    [InlineData("json", "[", "{{\"question\": \"{0}\",\n \"answer\": \"{1}\"}},\n", "{\"question\": \"\", \"answer\": \"z\"}]", "utf-8")]
    [InlineData("jsonl.gz", "", "{{\"question\": \"{0}\", \"answer\": \"{1}\"}}\n", "", "utf-8")]
    [InlineData("tsv", "问题\t答案\n", "{0}\t{1}是\n", "", "gb18030")]
    public void They_are_converted_within_a_heap_of_a_third_of_their_size(string extension, string start, string row, string end, string encoding)
    {
        string file = Path.Combine(_folder, "large." + extension);
        long rows = Write(file, start, row, end, CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.UTF8);
        string target = Path.Combine(_folder, "out.jsonl");

        using HoneProcess process = new(["data", "convert", file, "-o", target], ("DOTNET_GCHeapHardLimit", $"0x{HeapLimit:x}"));
        (int exitCode, string error) = process.WaitForExit();

        exitCode.ShouldBe(0, error);
        File.ReadLines(target).LongCount().ShouldBe(rows);
    }

    static long Write(string path, string start, string row, string end, Encoding encoding)
    {
        using FileStream file = File.Create(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        CompositeFormat format = CompositeFormat.Parse(row);
        byte[][] texts = [.. Enumerable.Range(0, 50).Select(i => encoding.GetBytes(string.Format(null, format, new string((char)('a' + (i % 26)), 500 + (i * 40)), i)))];
        stream.Write(encoding.GetBytes(start));
        long rows = end.Length > 0 ? 1 : 0;
        for (long written = 0; written < Length; rows++)
        {
            byte[] text = texts[rows % texts.Length];
            stream.Write(text);
            written += text.Length;
        }
        stream.Write(encoding.GetBytes(end));
        return rows;
    }
}
