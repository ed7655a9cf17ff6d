using System.Globalization;

namespace Hone.Engine.Checkpoints;

/// <summary>A tensor of a safetensors file: its type as written there, its shape, and where its bytes lie in the file.</summary>
public sealed record TensorEntry(string Name, string Type, long[] Shape, long Offset, long ByteCount)
{
    /// <summary>Null when Hone cannot compute with the type.</summary>
    public ElementType? ElementType =>
        Type switch
        {
            "F32" => Engine.ElementType.F32,
            "BF16" => Engine.ElementType.BF16,
            "F16" => Engine.ElementType.F16,
            _ => null,
        };

    /// <summary>Bytes of one element, or 0 for a type the format does not know.</summary>
    internal static int SizeOf(string type) =>
        type switch
        {
            "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" => 1,
            "U16" or "I16" or "F16" or "BF16" => 2,
            "U32" or "I32" or "F32" => 4,
            "U64" or "I64" or "F64" or "C64" => 8,
            _ => 0,
        };

    internal static string Text(ReadOnlySpan<long> shape)
    {
        var sizes = new string[shape.Length];
        for (int i = 0; i < sizes.Length; i++)
            sizes[i] = shape[i].ToString(CultureInfo.InvariantCulture);
        return $"[{string.Join(", ", sizes)}]";
    }

    internal static string Text(ReadOnlySpan<int> shape)
    {
        var sizes = new long[shape.Length];
        for (int i = 0; i < sizes.Length; i++)
            sizes[i] = shape[i];
        return Text(sizes);
    }

    /// <summary>A name from a file, made harmless for a terminal.</summary>
    internal static string Quote(string name)
    {
        string start = name.Length > 120 ? name[..120] + "…" : name;
        return $"'{string.Concat(start.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))}'";
    }
}
