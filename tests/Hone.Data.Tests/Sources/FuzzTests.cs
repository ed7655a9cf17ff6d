using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Sources;
using Hone.Engine;
using Xunit;

namespace Hone.Data.Tests.Sources;

/// <summary>Whatever the bytes of a file are, they become rows or an error for the user, and nothing else. The seed is fixed: each run tries the same files.</summary>
public sealed class FuzzTests : IDisposable
{
    static readonly byte[][] Seeds =
    [
        [],
        "问题,答案\n\"你好，\n世界\",\"他说\"\"好\"\"\"\n第二行,b\n"u8.ToArray(),
        "question\tanswer\na\tb\n\"c\"\td\n"u8.ToArray(),
        "问题，答案\n一，\"二，三\"\n"u8.ToArray(),
        CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!.GetBytes("问题,答案\n今天天气怎么样,很好，我们去公园\n"),
        [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("text,label\ngood,1\nbad,0\n")],
        """[{"instruction": "Add", "input": "1 \ud83d\ude00", "output": "2", "history": [["a", "b"]]}, {"instruction": "x", "output": "y"}]"""u8.ToArray(),
        """{"data": [["a", "x"], ["b", "y"]], "n": 2, "inner": {"0": [1.5, null, true]}}"""u8.ToArray(),
        """{"question": ["a", "b"], "answer": ["c", "d"]}"""u8.ToArray(),
        "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}, {\"role\": \"assistant\", \"content\": \"Ho\"}]}\n{\"messages\": []}\n"u8.ToArray(),
        """[{"conversations": [{"from": "human", "value": "Q"}, {"from": "function_call", "value": "{\"name\": \"f\", \"arguments\": {}}"}], "tools": "[{\"name\": \"f\"}]", "chosen": {"from": "gpt", "value": "A"}, "rejected": "B"}]"""u8.ToArray(),
        "categories:\n- x\nconversations:\n- - a\n  - b\n- - c\n  - &d d\n"u8.ToArray(),
        Workbook.Of(("S1", [["question", "answer"], ["a", "b"]]), ("空", [])),
        Pack("text,label\ngood,1\nbad,0\n"u8.ToArray()),
    ];

    static readonly string?[] Formats = [null, .. SourceFile.FormatNames];

    readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Any_bytes_become_rows_or_an_error_that_the_user_can_read() => Try(count: 600, seed: 1);

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public void Many_more_bytes_do_too() => Try(count: 15_000, seed: 2);

    void Try(int count, ulong seed)
    {
        Gen<(byte[], string?)> files =
            from start in Gen.Elements(Seeds)
            from number in Gen.Choose(0, 8)
            from edits in Edit().ListOf(number)
            from format in Gen.Elements(Formats)
            select (edits.Aggregate(start, (bytes, edit) => edit(bytes)), format);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(seed, 1), Prop.ForAll(files.ToArbitrary(), file => IsReadOrRefused(file.Item1, file.Item2)));
    }

    bool IsReadOrRefused(byte[] bytes, string? format)
    {
        File.WriteAllBytes(_path, bytes);
        SourceFile? source = null;
        int? count = null;
        bool isRead = IsDoneOrRefused(() => (count = (source = SourceFile.Open(_path, new SourceOptions { Format = format })).Read().Count()).Value);
        return isRead && IsDoneOrRefused(() => PassOver(format, count)) && (source is null || Enum.GetValues<DatasetKind>().All(kind => IsDoneOrRefused(() => RowMapping.Of(source, new MappingOptions { Kind = kind }).Map(source.Read()).Count())));
    }

    /// <summary>Where bad rows are left out, the others are the same each time, and all of them where no row is bad; -1 where they are not.</summary>
    int PassOver(string? format, int? strict)
    {
        var source = SourceFile.Open(_path, new SourceOptions { Format = format, LeavesOutBadRows = true });
        int bad = 0;
        int rows = source.Read((_, _) => bad++).Count();
        return rows == source.Read().Count() && (strict is null ? bad > 0 : bad == 0 && rows == strict) ? rows : -1;
    }

    static bool IsDoneOrRefused(Func<int> read)
    {
        try
        {
            return read() >= 0;
        }
        catch (HoneException problem)
        {
            return problem.Message.Length > 0 && !problem.Message.Contains('\n', StringComparison.Ordinal);
        }
    }

    /// <summary>One change: a byte set, inserted or removed, a part repeated, the end cut off, or a piece of another file or a token that matters put in.</summary>
    static Gen<Func<byte[], byte[]>> Edit()
    {
        byte[][] tokens = ["\""u8.ToArray(), ","u8.ToArray(), "\n"u8.ToArray(), "\t"u8.ToArray(), "{"u8.ToArray(), "["u8.ToArray(), "\\ud83d"u8.ToArray(), [0], [0xff], [0xef, 0xbb, 0xbf], [0xef, 0xbf, 0xbf], "，"u8.ToArray(), "[[[[[[[[[[[[[[[["u8.ToArray(), "null"u8.ToArray()];
        Gen<double> places = Gen.Choose(0, 1 << 20).Select(number => number / (double)(1 << 20));
        return Gen.OneOf(
            from place in places from value in Gen.Choose(0, 255) select new Func<byte[], byte[]>(bytes => Replace(bytes, place, bytes.Length == 0 ? 0 : 1, [(byte)value])),
            from place in places from token in Gen.Elements(tokens) select new Func<byte[], byte[]>(bytes => Replace(bytes, place, 0, token)),
            from place in places from length in Gen.Choose(1, 40) select new Func<byte[], byte[]>(bytes => Replace(bytes, place, length, [])),
            from place in places select new Func<byte[], byte[]>(bytes => bytes[..(int)(place * bytes.Length)]),
            from place in places from other in Gen.Elements(Seeds) select new Func<byte[], byte[]>(bytes => Replace(bytes, place, 0, other)),
            from place in places from noise in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf() select new Func<byte[], byte[]>(bytes => Replace(bytes, place, 0, noise))
        );
    }

    static byte[] Replace(byte[] bytes, double place, int length, byte[] with)
    {
        int start = (int)(place * bytes.Length);
        return [.. bytes[..start], .. with, .. bytes[Math.Min(bytes.Length, start + length)..]];
    }

    static byte[] Pack(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionMode.Compress))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
