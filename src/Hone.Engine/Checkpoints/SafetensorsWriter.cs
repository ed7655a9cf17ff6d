using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Hone.Engine.Checkpoints;

/// <summary>Writes parameters as a safetensors file, which appears complete or not at all.</summary>
public static class SafetensorsWriter
{
    const int ChunkLength = 1 << 16;

    /// <param name="type">The precision to write in, rounded to nearest even; null keeps each parameter's own.</param>
    public static void Write(string path, IEnumerable<Parameter> parameters, ElementType? type = null) =>
        Write(path, parameters.Select(parameter => PendingTensor.Of(parameter, type)));

    public static void Write(string path, IEnumerable<PendingTensor> tensors)
    {
        // As the reference does: by falling alignment, then by name.
        PendingTensor[] ordered = [.. tensors.OrderByDescending(tensor => SizeOf(tensor.Type)).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
        AtomicFile.Write(path, stream =>
        {
            WriteHeader(stream, ordered);
            foreach (PendingTensor tensor in ordered)
                WriteValues(stream, tensor.Load(), tensor.Type);
        });
    }

    static int SizeOf(ElementType type) => type == ElementType.F32 ? sizeof(float) : sizeof(ushort);

    static void WriteHeader(Stream stream, PendingTensor[] tensors)
    {
        var header = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long offset = 0;
            foreach (PendingTensor tensor in tensors)
            {
                long end = offset + (tensor.Shape.Aggregate(1L, (product, n) => product * n) * SizeOf(tensor.Type));
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.ToString());
                json.WritePropertyName("shape");
                json.WriteRawValue(string.Create(CultureInfo.InvariantCulture, $"[{string.Join(",", tensor.Shape)}]"));
                json.WritePropertyName("data_offsets");
                json.WriteRawValue(string.Create(CultureInfo.InvariantCulture, $"[{offset},{end}]"));
                json.WriteEndObject();
                offset = end;
            }
            json.WriteEndObject();
        }
        while (header.WrittenCount % 8 != 0)
            header.Write(" "u8);

        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.WrittenCount);
        stream.Write(length);
        stream.Write(header.WrittenSpan);
    }

    static void WriteValues(Stream stream, Parameter parameter, ElementType type)
    {
        var wide = new float[Math.Min(ChunkLength, parameter.Length)];
        var narrow = new ushort[type == ElementType.F32 ? 0 : wide.Length];
        for (int start = 0; start < parameter.Length; start += ChunkLength)
        {
            int count = Math.Min(ChunkLength, parameter.Length - start);
            parameter.Read(start, wide.AsSpan(0, count));
            if (type == ElementType.F32)
            {
                stream.Write(MemoryMarshal.AsBytes(wide.AsSpan(0, count)));
                continue;
            }
            Narrow(wide.AsSpan(0, count), type, narrow);
            stream.Write(MemoryMarshal.AsBytes(narrow.AsSpan(0, count)));
        }
    }

    /// <summary>The values as they are after being stored in a precision.</summary>
    internal static float[] Rounded(Parameter parameter, ElementType type)
    {
        var values = new float[parameter.Length];
        parameter.Read(0, values);
        if (type == ElementType.F32)
            return values;
        var bits = new ushort[values.Length];
        Narrow(values, type, bits);
        new Parameter(parameter.Name, parameter.Shape, type, bits).Read(0, values);
        return values;
    }

    internal static void Narrow(ReadOnlySpan<float> wide, ElementType type, Span<ushort> narrow)
    {
        for (int i = 0; i < wide.Length; i++)
            narrow[i] = type == ElementType.BF16 ? RoundToBFloat16(wide[i]) : BitConverter.HalfToUInt16Bits((Half)wide[i]);
    }

    /// <summary>The nearest bfloat16, the even one of two; a NaN stays a NaN.</summary>
    static ushort RoundToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
            return (ushort)((bits >> 16) | 0x40);
        uint lastKept = (bits >> 16) & 1;
        return (ushort)((bits + 0x7fff + lastKept) >> 16);
    }
}
