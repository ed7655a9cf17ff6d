using System.Buffers.Binary;
using System.Text.Json;

namespace Hone.Engine.Checkpoints;

/// <summary>The table at the start of a safetensors file, believed only after every entry has been checked against the file's length.</summary>
static class SafetensorsHeader
{
    const int PrefixLength = 8;

    /// <summary>The limit of the reference implementation.</summary>
    const int MaxLength = 100_000_000;

    public static Dictionary<string, TensorEntry> Read(MappedFile file, string path, out Dictionary<string, string> metadata)
    {
        int length = ReadLength(file, path);
        long dataStart = PrefixLength + length;
        var tensors = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        metadata = [];
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false };
            using var document = JsonDocument.Parse(file.Bytes(PrefixLength, length), options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Damaged(path, "its header is not a JSON object");
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals("__metadata__"))
                    metadata = ReadMetadata(property.Value, path);
                else
                    tensors.Add(property.Name, ReadEntry(property, path, dataStart, file.Length));
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            throw new HoneException($"{path} is not a valid safetensors file: its header is not readable JSON ({error.Message})", error);
        }

        RequireNoGaps(tensors.Values, path, dataStart, file.Length);
        return tensors;
    }

    static int ReadLength(MappedFile file, string path)
    {
        if (file.Length < PrefixLength)
            throw Damaged(path, $"it has {file.Length} bytes, fewer than the {PrefixLength} of the header's length");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Bytes(0, PrefixLength).Span);
        ulong most = (ulong)Math.Min(MaxLength, file.Length - PrefixLength);
        if (length < 2 || length > most)
            throw Damaged(path, $"its header claims {length} bytes, where 2 to {most} are possible");
        return (int)length;
    }

    static Dictionary<string, string> ReadMetadata(JsonElement value, string path)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (value.ValueKind != JsonValueKind.Object)
            throw Damaged(path, "its __metadata__ is not an object of strings");
        foreach (JsonProperty entry in value.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
                throw Damaged(path, "its __metadata__ is not an object of strings");
            metadata.Add(entry.Name, entry.Value.GetString()!);
        }
        return metadata;
    }

    static TensorEntry ReadEntry(JsonProperty property, string path, long dataStart, long fileLength)
    {
        string name = property.Name;
        HoneException Wrong(string what) => Damaged(path, $"tensor {TensorEntry.Quote(name)} {what}");

        JsonElement entry = property.Value;
        if (entry.ValueKind != JsonValueKind.Object)
            throw Wrong("is not described by an object");
        if (!entry.TryGetProperty("dtype", out JsonElement typeElement) || typeElement.ValueKind != JsonValueKind.String)
            throw Wrong("has no dtype");
        string type = typeElement.GetString()!;
        int size = TensorEntry.SizeOf(type);
        if (size == 0)
            throw Wrong($"has the unknown dtype {TensorEntry.Quote(type)}");
        if (!TryReadSizes(entry, "shape", out long[] shape))
            throw Wrong("has no shape of non-negative whole numbers");
        if (!TryReadSizes(entry, "data_offsets", out long[] offsets) || offsets.Length != 2)
            throw Wrong("has no pair of data_offsets");

        long available = fileLength - dataStart;
        if (offsets[0] > offsets[1] || offsets[1] > available)
            throw Wrong($"lies at bytes {offsets[0]} to {offsets[1]} of the data, which has {available} bytes");
        long byteCount = offsets[1] - offsets[0];
        if (!TryMultiply(shape, size, out long expected) || expected != byteCount)
            throw Wrong($"has {byteCount} bytes, which is not what {type} {TensorEntry.Text(shape)} takes");
        return new TensorEntry(name, type, shape, dataStart + offsets[0], byteCount);
    }

    static bool TryReadSizes(JsonElement entry, string name, out long[] sizes)
    {
        sizes = [];
        if (!entry.TryGetProperty(name, out JsonElement array) || array.ValueKind != JsonValueKind.Array)
            return false;
        sizes = new long[array.GetArrayLength()];
        int i = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out sizes[i]) || sizes[i] < 0)
                return false;
            i++;
        }
        return true;
    }

    static bool TryMultiply(long[] shape, int size, out long product)
    {
        UInt128 exact = (UInt128)size;
        foreach (long n in shape)
        {
            exact *= (UInt128)n;
            if (exact > long.MaxValue)
            {
                product = 0;
                return shape.Contains(0);
            }
        }
        product = (long)exact;
        return true;
    }

    static void RequireNoGaps(IEnumerable<TensorEntry> tensors, string path, long dataStart, long fileLength)
    {
        long end = dataStart;
        foreach (TensorEntry tensor in tensors.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.ByteCount))
        {
            if (tensor.Offset != end)
            {
                string what = tensor.Offset < end ? "overlaps the tensor before it" : "leaves a gap after the tensor before it";
                throw Damaged(path, $"tensor {TensorEntry.Quote(tensor.Name)} {what}: it begins at byte {tensor.Offset} of the file, expected {end}");
            }
            end += tensor.ByteCount;
        }
        if (end != fileLength)
            throw Damaged(path, $"its tensors end at byte {end}, but the file has {fileLength} bytes");
    }

    static HoneException Damaged(string path, string what) => new($"{path} is not a valid safetensors file: {what}. Download or write it again.");
}
