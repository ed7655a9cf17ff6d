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
                throw Damaged(path, Text.Of("its header is not a JSON object", "文件头不是 JSON 对象"));
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
            throw new HoneException(Text.Of(
                $"{path} is not a valid safetensors file: its header is not readable JSON ({error.Message}) Download or write it again.",
                $"{path} 不是有效的 safetensors 文件：文件头不是可读的 JSON（{error.Message}）。请重新下载或写入。"), error);
        }

        RequireNoGaps(tensors.Values, path, dataStart, file.Length);
        return tensors;
    }

    static int ReadLength(MappedFile file, string path)
    {
        if (file.Length < PrefixLength)
            throw Damaged(path, Text.Of($"it has {file.Length} bytes, fewer than the {PrefixLength} of the header's length", $"文件只有 {file.Length} 字节，少于文件头长度字段的 {PrefixLength} 字节"));
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Bytes(0, PrefixLength).Span);
        ulong most = (ulong)Math.Min(MaxLength, file.Length - PrefixLength);
        if (length < 2 || length > most)
            throw Damaged(path, Text.Of($"its header claims {length} bytes, where 2 to {most} are possible", $"文件头声称有 {length} 字节，而可能的范围是 2 到 {most}"));
        return (int)length;
    }

    static Dictionary<string, string> ReadMetadata(JsonElement value, string path)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (value.ValueKind != JsonValueKind.Object)
            throw Damaged(path, Text.Of("its __metadata__ is not an object of strings", "__metadata__ 不是由字符串组成的对象"));
        foreach (JsonProperty entry in value.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
                throw Damaged(path, Text.Of("its __metadata__ is not an object of strings", "__metadata__ 不是由字符串组成的对象"));
            metadata.Add(entry.Name, entry.Value.GetString()!);
        }
        return metadata;
    }

    static TensorEntry ReadEntry(JsonProperty property, string path, long dataStart, long fileLength)
    {
        string name = property.Name;
        HoneException Wrong(string what) => Damaged(path, Text.Of($"tensor {TensorEntry.Quote(name)} {what}", $"张量 {TensorEntry.Quote(name)} {what}"));

        JsonElement entry = property.Value;
        if (entry.ValueKind != JsonValueKind.Object)
            throw Wrong(Text.Of("is not described by an object", "的描述不是对象"));
        if (!entry.TryGetProperty("dtype", out JsonElement typeElement) || typeElement.ValueKind != JsonValueKind.String)
            throw Wrong(Text.Of("has no dtype", "没有 dtype"));
        string type = typeElement.GetString()!;
        int size = TensorEntry.SizeOf(type);
        if (size == 0)
            throw Wrong(Text.Of($"has the unknown dtype {TensorEntry.Quote(type)}", $"的 dtype {TensorEntry.Quote(type)} 未知"));
        if (!TryReadSizes(entry, "shape", out long[] shape))
            throw Wrong(Text.Of("has no shape of non-negative whole numbers", "没有由非负整数组成的 shape"));
        if (!TryReadSizes(entry, "data_offsets", out long[] offsets) || offsets.Length != 2)
            throw Wrong(Text.Of("has no pair of data_offsets", "没有成对的 data_offsets"));

        long available = fileLength - dataStart;
        if (offsets[0] > offsets[1] || offsets[1] > available)
            throw Wrong(Text.Of($"lies at bytes {offsets[0]} to {offsets[1]} of the data, which has {available} bytes", $"位于数据的第 {offsets[0]} 到 {offsets[1]} 字节，而数据只有 {available} 字节"));
        long byteCount = offsets[1] - offsets[0];
        if (!TryMultiply(shape, size, out long expected) || expected != byteCount)
            throw Wrong(Text.Of($"has {byteCount} bytes, which is not what {type} {TensorEntry.Text(shape)} takes", $"有 {byteCount} 字节，与 {type} {TensorEntry.Text(shape)} 所需不符"));
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
                string what = tensor.Offset < end ? Text.Of("overlaps the tensor before it", "与前一个张量重叠") : Text.Of("leaves a gap after the tensor before it", "与前一个张量之间有空隙");
                throw Damaged(path, Text.Of(
                    $"tensor {TensorEntry.Quote(tensor.Name)} {what}: it begins at byte {tensor.Offset} of the file, expected {end}",
                    $"张量 {TensorEntry.Quote(tensor.Name)} {what}：它从文件第 {tensor.Offset} 字节开始，应为 {end}"));
            }
            end += tensor.ByteCount;
        }
        if (end != fileLength)
            throw Damaged(path, Text.Of($"its tensors end at byte {end}, but the file has {fileLength} bytes", $"张量在第 {end} 字节结束，而文件有 {fileLength} 字节"));
    }

    /// <param name="what">In the language in use.</param>
    static HoneException Damaged(string path, string what) =>
        new(Text.Of($"{path} is not a valid safetensors file: {what}. Download or write it again.", $"{path} 不是有效的 safetensors 文件：{what}。请重新下载或写入。"));
}
