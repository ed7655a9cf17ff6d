namespace Hone.Engine.Checkpoints;

/// <summary>A safetensors file, mapped: its tensors are read in place.</summary>
public sealed class SafetensorsFile : IDisposable
{
    readonly MappedFile _file;
    readonly Dictionary<string, TensorEntry> _tensors;
    readonly Dictionary<string, string> _metadata;

    SafetensorsFile(string path, MappedFile file)
    {
        Path = path;
        _file = file;
        _tensors = SafetensorsHeader.Read(file, path, out _metadata);
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Maps the file and checks its whole header.</summary>
    public static SafetensorsFile Open(string path)
    {
        MappedFile file;
        try
        {
            file = new MappedFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"{path} cannot be read: {error.Message}", $"无法读取 {path}：{error.Message}"), error);
        }

        try
        {
            return new SafetensorsFile(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The tensor in its stored precision and its own shape.</summary>
    public Parameter Get(string name)
    {
        if (!_tensors.TryGetValue(name, out TensorEntry? tensor))
            throw new HoneException(Text.Of($"{Path}: tensor {TensorEntry.Quote(name)} is missing.", $"{Path}：缺少张量 {TensorEntry.Quote(name)}。"));
        if (tensor.ElementType is not { } type)
            throw new HoneException(Text.Of($"{Path}: tensor {TensorEntry.Quote(name)} is stored as {tensor.Type}; expected F32, BF16 or F16.", $"{Path}：张量 {TensorEntry.Quote(name)} 以 {tensor.Type} 存储；应为 F32、BF16 或 F16。"));

        long count = tensor.ByteCount / TensorEntry.SizeOf(tensor.Type);
        if (count > int.MaxValue || tensor.Shape.Any(n => n > int.MaxValue))
            throw new HoneException(Text.Of($"{Path}: tensor {TensorEntry.Quote(name)} has {count} elements; at most {int.MaxValue} are possible.", $"{Path}：张量 {TensorEntry.Quote(name)} 有 {count} 个元素；最多 {int.MaxValue} 个。"));
        int[] shape = [.. tensor.Shape.Select(n => (int)n)];
        return type == ElementType.F32
            ? new Parameter(name, shape, _file.Elements<float>(tensor.Offset, (int)count))
            : new Parameter(name, shape, type, _file.Elements<ushort>(tensor.Offset, (int)count));
    }

    /// <summary>The tensor in its stored precision, which must have this shape.</summary>
    public Parameter Get(string name, params ReadOnlySpan<int> shape)
    {
        if (!_tensors.TryGetValue(name, out TensorEntry? tensor))
            throw new HoneException(Text.Of($"{Path}: tensor {TensorEntry.Quote(name)} is missing; expected it with the shape {TensorEntry.Text(shape)}.", $"{Path}：缺少张量 {TensorEntry.Quote(name)}；其形状应为 {TensorEntry.Text(shape)}。"));
        if (!HasShape(tensor, shape))
            throw new HoneException(Text.Of(
                $"{Path}: tensor {TensorEntry.Quote(name)} has the shape {TensorEntry.Text(tensor.Shape)}; expected {TensorEntry.Text(shape)}.",
                $"{Path}：张量 {TensorEntry.Quote(name)} 的形状为 {TensorEntry.Text(tensor.Shape)}；应为 {TensorEntry.Text(shape)}。"));
        return Get(name);
    }

    /// <summary>The tensor as it is stored; of one beyond two gigabytes, the beginning.</summary>
    internal ReadOnlySpan<byte> Bytes(string name) => _file.Bytes(_tensors[name].Offset, (int)Math.Min(int.MaxValue, _tensors[name].ByteCount)).Span;

    public void Dispose() => _file.Dispose();

    static bool HasShape(TensorEntry tensor, ReadOnlySpan<int> shape)
    {
        if (tensor.Shape.Length != shape.Length)
            return false;
        for (int i = 0; i < shape.Length; i++)
        {
            if (tensor.Shape[i] != shape[i])
                return false;
        }
        return true;
    }
}
