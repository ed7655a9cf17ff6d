using System.IO.Compression;
using System.Text;
using Hone.Data.Corpora;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Corpora;

public sealed class CorpusReaderTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-corpus-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Documents_end_at_a_separator_line()
    {
        string[] documents = [.. CorpusReader.Read("-", new StringReader("one\ntwo\r\n<|endofdoc|>\n<|endofdoc|>\n三\nnot <|endofdoc|> here"))];

        documents.ShouldBe(["one\ntwo", "三\nnot <|endofdoc|> here"]);
    }

    [Fact]
    public void A_compressed_file_reads_like_the_plain_one()
    {
        string plain = Path.Combine(_folder, "a.txt");
        File.WriteAllText(plain, "甲\n<|endofdoc|>\nb\n");
        using (FileStream file = File.Create(plain + ".gz"))
        using (GZipStream gzip = new(file, CompressionLevel.Fastest))
            gzip.Write(File.ReadAllBytes(plain));

        CorpusReader.Read(plain + ".gz", TextReader.Null).ShouldBe(CorpusReader.Read(plain, TextReader.Null));
    }

    [Fact]
    public void A_file_without_separators_is_cut_into_parts_and_loses_nothing()
    {
        string text = string.Concat(Enumerable.Repeat("🙂a", 300_000));

        string[] parts = [.. CorpusReader.Read("-", new StringReader(text))];

        parts.Length.ShouldBeGreaterThan(1);
        string.Concat(parts).ShouldBe(text);
        parts.Any(part => char.IsHighSurrogate(part[^1])).ShouldBeFalse();
    }

    [Theory]
    [InlineData(new byte[] { 0x41, 0xFF, 0x41 }, "UTF-8")]
    [InlineData(new byte[] { 0x41, 0x00, 0x41 }, "zero byte")]
    public void A_binary_file_is_refused(byte[] content, string reason)
    {
        string path = Path.Combine(_folder, "b.bin");
        File.WriteAllBytes(path, content);

        Should.Throw<HoneException>(() => CorpusReader.Read(path, TextReader.Null).ToList()).Message.ShouldContain(reason);
    }

    [Fact]
    public void A_folder_and_a_missing_file_are_refused()
    {
        Should.Throw<HoneException>(() => CorpusReader.Read(_folder, TextReader.Null)).Message.ShouldContain("folder");
        Should.Throw<HoneException>(() => CorpusReader.Read(Path.Combine(_folder, "none"), TextReader.Null)).Message.ShouldContain("no file");
    }

    [Fact]
    public void A_damaged_gz_file_is_refused()
    {
        string path = Path.Combine(_folder, "c.gz");
        File.WriteAllText(path, "no gzip", Encoding.UTF8);

        Should.Throw<HoneException>(() => CorpusReader.Read(path, TextReader.Null).ToList());
    }
}
