using System.Buffers.Binary;
using System.Text;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn.Rows;

/// <summary>Ids and metadata as bytes: texts in UTF-8 after their length, lengths as LEB128, numbers as little-endian doubles.</summary>
/// <remarks>Bytes that cannot be such are refused with <see cref="InvalidDataException"/>.</remarks>
static class RecordBytes
{
    /// <summary>Of the last seven bits of a length.</summary>
    const int LastShift = 28;

    const byte IsText = 0, IsNumber = 1, IsFalse = 2, IsTrue = 3;

    public static void Write(MemoryStream bytes, VectorRecord record)
    {
        Write(bytes, record.Id);
        WriteLength(bytes, record.Metadata.Count);
        foreach ((string key, MetadataValue value) in record.Metadata)
        {
            Write(bytes, key);
            bytes.WriteByte(value.Text is not null ? IsText : value.Number is not null ? IsNumber : value.Truth == true ? IsTrue : IsFalse);
            if (value.Text is { } text)
                Write(bytes, text);
            else if (value.Number is { } number)
            {
                bytes.Write(BitConverter.GetBytes(number)); // little-endian, as every machine that .NET runs on
            }
        }
    }

    public static string ReadId(ReadOnlySpan<byte> bytes) => ReadText(ref bytes);

    public static (string Id, Dictionary<string, MetadataValue> Metadata) Read(ReadOnlySpan<byte> bytes)
    {
        string id = ReadText(ref bytes);
        int count = ReadLength(ref bytes);
        Dictionary<string, MetadataValue> metadata = new(Math.Min(count, bytes.Length), StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            string key = ReadText(ref bytes);
            metadata[key] = ReadValue(ref bytes);
        }

        return (id, metadata);
    }

    /// <summary>One value of the metadata; null when there is none of that key.</summary>
    public static MetadataValue? Find(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key)
    {
        Skip(ref bytes);
        int count = ReadLength(ref bytes);
        for (int i = 0; i < count; i++)
        {
            if (ReadBytes(ref bytes).SequenceEqual(key))
                return ReadValue(ref bytes);
            byte kind = ReadByte(ref bytes);
            if (kind == IsText)
                Skip(ref bytes);
            else if (kind == IsNumber)
                Take(ref bytes, sizeof(double));
        }

        return null;
    }

    public static void WriteLength(MemoryStream bytes, int length)
    {
        for (; length >= 0x80; length >>= 7)
            bytes.WriteByte((byte)(length | 0x80));
        bytes.WriteByte((byte)length);
    }

    public static int ReadLength(ref ReadOnlySpan<byte> bytes)
    {
        int length = 0, shift = 0;
        byte next;
        do
        {
            next = ReadByte(ref bytes);
            length |= (next & 0x7F) << shift;
            shift += 7;
        }
        while (next >= 0x80 && shift <= LastShift);
        return next < 0x80 && length >= 0 ? length : throw new InvalidDataException();
    }

    static void Write(MemoryStream bytes, string text)
    {
        WriteLength(bytes, Encoding.UTF8.GetByteCount(text));
        bytes.Write(Encoding.UTF8.GetBytes(text));
    }

    static MetadataValue ReadValue(ref ReadOnlySpan<byte> bytes)
    {
        byte kind = ReadByte(ref bytes);
        return kind switch
        {
            IsText => ReadText(ref bytes),
            IsNumber => BinaryPrimitives.ReadDoubleLittleEndian(Take(ref bytes, sizeof(double))),
            IsTrue or IsFalse => kind == IsTrue,
            _ => throw new InvalidDataException(),
        };
    }

    static string ReadText(ref ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(ReadBytes(ref bytes));

    static void Skip(ref ReadOnlySpan<byte> bytes) => ReadBytes(ref bytes);

    static ReadOnlySpan<byte> ReadBytes(ref ReadOnlySpan<byte> bytes) => Take(ref bytes, ReadLength(ref bytes));

    static byte ReadByte(ref ReadOnlySpan<byte> bytes) => Take(ref bytes, 1)[0];

    static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int length)
    {
        if (length > bytes.Length)
            throw new InvalidDataException();
        ReadOnlySpan<byte> read = bytes[..length];
        bytes = bytes[length..];
        return read;
    }
}
