using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Vectors;

/// <summary>Vectors as NumPy's <c>save</c> writes them (NEP 1): float32 or float64 in C order, a row each.</summary>
sealed partial class NpyVectors
{
    public const int LongestHeader = 1 << 16;

    readonly int _start;
    readonly int _bytesPerNumber;

    NpyVectors(string path, int start, int bytesPerNumber, int rows, int dimensions) =>
        (Path, _start, _bytesPerNumber, Rows, Dimensions) = (path, start, bytesPerNumber, rows, dimensions);

    /// <summary>What every such file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public string Path { get; }

    public int Rows { get; }

    public int Dimensions { get; }

    /// <summary>Whose vectors they are; null where nothing beside the array says it.</summary>
    public VectorModel? Model => NpyCompanion.Read(Path, Rows, Dimensions);

    public static bool IsNpy(string path)
    {
        if (!File.Exists(path))
            return false;
        return Guarded(path, () =>
        {
            using FileStream file = RereadFile.Open(path);
            Span<byte> head = stackalloc byte[Magic.Length];
            return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.SequenceEqual(Magic);
        });
    }

    public static NpyVectors Open(string path) =>
        Guarded(path, () =>
        {
            using FileStream file = RereadFile.Open(path);
            (string header, int start) = Header(file, path);
            int bytesPerNumber = Match(TypeName(), header, path).Groups[1].Value.Trim('\'') switch
            {
                "<f4" => sizeof(float),
                "<f8" => sizeof(double),
                var other => throw Wrong(path, Text.Of($"holds numbers of the type {other}; read are <f4 and <f8. Save it with astype(\"float32\")", $"的数值类型为 {other}，可读取的是 <f4 和 <f8。请用 astype(\"float32\") 保存")),
            };
            if (Match(OrderName(), header, path).Groups[1].Value == "True")
                throw Wrong(path, Text.Of("is stored column by column. Save it with numpy.ascontiguousarray", "按列存放。请用 numpy.ascontiguousarray 保存"));
            (int rows, int dimensions) = ShapeOf(Match(ShapeName(), header, path).Groups[1].Value, path);
            long expected = start + ((long)rows * dimensions * bytesPerNumber);
            return file.Length == expected
                ? new NpyVectors(path, start, bytesPerNumber, rows, dimensions)
                : throw Wrong(path, Text.Of($"has {file.Length} bytes, and its header needs {expected}. Copy or save it again", $"有 {file.Length} 字节，而按其文件头应有 {expected} 字节。请重新复制或保存"));
        });

    public IEnumerable<VectorRow> Read()
    {
        JsonElement fields = JsonElement.Parse("{}");
        using FileStream file = Guarded(Path, () => RereadFile.Open(Path, 1 << 16));
        file.Position = _start;
        byte[] bytes = new byte[Dimensions * _bytesPerNumber];
        for (int row = 1; row <= Rows; row++)
        {
            Guarded(Path, () => { file.ReadExactly(bytes); return true; });
            yield return new VectorRow(row, VectorOf(bytes, row), fields) { Number = row };
        }
    }

    float[] VectorOf(byte[] bytes, int row)
    {
        float[] vector = new float[Dimensions];
        for (int i = 0; i < vector.Length; i++)
        {
            ReadOnlySpan<byte> number = bytes.AsSpan(i * _bytesPerNumber, _bytesPerNumber);
            vector[i] = _bytesPerNumber == sizeof(float) ? BinaryPrimitives.ReadSingleLittleEndian(number) : (float)BinaryPrimitives.ReadDoubleLittleEndian(number);
            if (!float.IsFinite(vector[i]))
                throw Wrong(Path, Text.Of($"has in row {row}, column {i + 1} the value {vector[i]}, which is no number that a vector can have", $"第 {row} 行第 {i + 1} 列的值是 {vector[i]}，向量中不能有这样的数"));
        }
        return vector;
    }

    /// <summary>The header's dictionary and where the numbers begin.</summary>
    static (string Header, int Start) Header(FileStream file, string path)
    {
        Span<byte> head = stackalloc byte[12];
        file.ReadExactly(head[..8]);
        int lengthBytes = head[6] switch { 1 => 2, 2 or 3 => 4, var version => throw Wrong(path, Text.Of($"is of version {version} of NumPy's format; known are 1 to 3", $"是 NumPy 格式的第 {version} 版，支持 1 到 3 版")) };
        file.ReadExactly(head[8..(8 + lengthBytes)]);
        long length = lengthBytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(head[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if (length > LongestHeader)
            throw Wrong(path, Text.Of($"has a header of {length} bytes. It is damaged", $"的文件头有 {length} 字节，文件已损坏"));
        byte[] text = new byte[length];
        file.ReadExactly(text);
        return (Encoding.UTF8.GetString(text), (int)file.Position);
    }

    static (int Rows, int Dimensions) ShapeOf(string shape, string path)
    {
        string[] sizes = shape.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (sizes.Length == 2
            && int.TryParse(sizes[0], NumberStyles.None, CultureInfo.InvariantCulture, out int rows)
            && int.TryParse(sizes[1], NumberStyles.None, CultureInfo.InvariantCulture, out int dimensions)
            && rows > 0 && dimensions > 0 && dimensions <= Array.MaxLength / sizeof(double))
            return (rows, dimensions);
        throw Wrong(path, Text.Of($"has the shape ({shape}); expected are rows and numbers per row", $"的形状为 ({shape})，应为行数和每行的数的个数"));
    }

    static Match Match(Regex field, string header, string path) =>
        field.Match(header) is { Success: true } match ? match : throw Wrong(path, Text.Of($"has a header that is not NumPy's: {Excerpt.Of(header)}", $"的文件头不符合 NumPy 格式：{Excerpt.Of(header)}"));

    static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException error)
        {
            throw new HoneException(Text.Of($"{path} ends too early.", $"{path} 不完整，过早结束。"), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"{path} cannot be read: {error.Message}", $"无法读取 {path}：{error.Message}"), error);
        }
    }

    static HoneException Wrong(string path, string what) => new(Text.Of($"{path} {what}.", $"{path} {what}。"));

    [GeneratedRegex("'descr':\\s*('[^']*'|\\[[^\\]]*\\])")]
    private static partial Regex TypeName();

    [GeneratedRegex("'fortran_order':\\s*(True|False)")]
    private static partial Regex OrderName();

    [GeneratedRegex("'shape':\\s*\\(([^)]*)\\)")]
    private static partial Regex ShapeName();
}
