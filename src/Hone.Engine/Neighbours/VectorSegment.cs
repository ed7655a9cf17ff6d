using Hone.Engine.Checkpoints;
using Microsoft.Win32.SafeHandles;

namespace Hone.Engine.Neighbours;

/// <summary>Rows of vectors with their 8-bit codes, in memory or in two mapped files: the vectors, and what follows from them.</summary>
/// <remarks>
/// A row is ranked by its key, gain · (q · x) + bias: with the gain 1/‖x‖ that is the cosine, with the bias −‖x‖²/2 the order of Euclidean distances, with neither the dot product.
/// One thread writes; others read rows that are written.
/// </remarks>
public sealed class VectorSegment : IDisposable
{
    const int Page = 4096;

    readonly MappedFile[] _maps = [];
    readonly SafeFileHandle[] _files = [];
    readonly VectorColumn<float> _vectors, _scales, _errors, _biases;
    readonly VectorColumn<sbyte> _codes;
    readonly string? _shadowPath;
    volatile SegmentShadows? _shadows;
    volatile SegmentSigns? _signs;

    /// <summary>In memory.</summary>
    /// <param name="capacity">Rows: a multiple of 64.</param>
    public VectorSegment(int dimensions, int capacity)
    {
        (Dimensions, Capacity) = (dimensions, capacity);
        _vectors = new VectorColumn<float>(Checked(capacity * (long)dimensions));
        _codes = new VectorColumn<sbyte>(Checked(capacity * (long)CodeLength));
        (_scales, _errors, _biases) = (new VectorColumn<float>(capacity), new VectorColumn<float>(capacity), new VectorColumn<float>(capacity));
    }

    /// <summary>In files, which are made if need be. They take as much of the disk as is written.</summary>
    /// <param name="path">The path of the vectors; that of the codes is the same with another ending.</param>
    public VectorSegment(int dimensions, int capacity, string path)
    {
        (Dimensions, Capacity) = (dimensions, capacity);
        _shadowPath = Path.ChangeExtension(path, ".shadows");
        long codeBytes = Pages(Checked(capacity * (long)CodeLength)), factBytes = Pages((long)capacity * sizeof(float));
        string[] paths = [path, CodesOf(path)];
        try
        {
            (long ofVectors, long ofCodes) = LengthsOf(dimensions, capacity);
            _files = [Open(paths[0], ofVectors), Open(paths[1], ofCodes)];
            _maps = [.. paths.Select(name => new MappedFile(name, FileShare.ReadWrite | FileShare.Delete))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw new HoneException(Text.Of($"{path} cannot be opened: {error.Message}", $"无法打开 {path}：{error.Message}"), error);
        }

        _vectors = new VectorColumn<float>(_maps[0], _files[0], 0, capacity * dimensions);
        _codes = new VectorColumn<sbyte>(_maps[1], _files[1], 0, capacity * CodeLength);
        _scales = new VectorColumn<float>(_maps[1], _files[1], codeBytes, capacity);
        _errors = new VectorColumn<float>(_maps[1], _files[1], codeBytes + factBytes, capacity);
        _biases = new VectorColumn<float>(_maps[1], _files[1], codeBytes + (2 * factBytes), capacity);
    }

    public int Dimensions { get; }

    /// <summary>Rows that there is room for.</summary>
    public int Capacity { get; }

    internal int CodeLength => ByteCodes.LengthOf(Dimensions);

    internal ReadOnlySpan<sbyte> Codes => _codes.Values;

    internal ReadOnlySpan<float> Scales => _scales.Values;

    internal ReadOnlySpan<float> Errors => _errors.Values;

    internal ReadOnlySpan<float> Biases => _biases.Values;

    internal SegmentShadows? Shadows => _shadows;

    internal SegmentSigns? Signs => _signs;

    /// <summary>The vector of a row.</summary>
    public ReadOnlySpan<float> Row(int row) => Rows(row, 1);

    /// <summary>The vectors of consecutive rows, one after the other.</summary>
    public ReadOnlySpan<float> Rows(int first, int count) => _vectors.Values.Slice(first * Dimensions, count * Dimensions);

    /// <summary>Writes rows.</summary>
    /// <param name="vectors">One after the other, all finite.</param>
    /// <param name="ranking">The gain and the bias of each.</param>
    /// <exception cref="IOException">The disk is full; what was to be written can be written again.</exception>
    public void Write(int first, ReadOnlySpan<float> vectors, ReadOnlySpan<(float Gain, float Bias)> ranking)
    {
        _vectors.Write(first * Dimensions, vectors);
        WriteCodes(first, vectors, ranking);
    }

    /// <summary>Writes again what follows from the vectors of rows.</summary>
    public void WriteCodes(int first, ReadOnlySpan<float> vectors, ReadOnlySpan<(float Gain, float Bias)> ranking)
    {
        int count = ranking.Length, length = CodeLength;
        // Searches read the codes of whole groups: of rows to come these are zeros and no holes of the file, which a memory disk that is full cannot show.
        int end = (first + count + CodedQueries.Group - 1) / CodedQueries.Group * CodedQueries.Group;
        var codes = new sbyte[(end - first) * length];
        float[] scales = new float[count], errors = new float[count], biases = new float[count];
        for (int i = 0; i < count; i++)
        {
            (scales[i], errors[i]) = ByteCodes.Write(vectors.Slice(i * Dimensions, Dimensions), ranking[i].Gain, codes.AsSpan(i * length, length));
            biases[i] = ranking[i].Bias;
        }

        _codes.Write(first * length, codes);
        _scales.Write(first, scales);
        _errors.Write(first, errors);
        _biases.Write(first, biases);
    }

    /// <summary>Whether searches would be quicker with shadows: there are none yet, and vectors are so long that there can be.</summary>
    public bool LacksShadows => _shadows is null && Dimensions >= SegmentShadows.MinDimensions;

    /// <summary>Reads the shadows of a segment that is full and does not change any more, which takes no time. Searches may go on meanwhile.</summary>
    /// <returns>False where there are none yet.</returns>
    public bool ReadShadows()
    {
        if (_shadowPath is null || SegmentShadows.Read(_shadowPath, this) is not { } kept)
            return false;
        _shadows = kept;
        return true;
    }

    /// <summary>Reads the shadows of such a segment, or makes them.</summary>
    /// <param name="ranking">The gain and the bias of vectors that follow each other.</param>
    /// <exception cref="HoneException">They cannot be written; searches are right without them.</exception>
    public void MakeShadows(Func<ReadOnlySpan<float>, (float Gain, float Bias)[]> ranking)
    {
        if (ReadShadows())
            return;
        SegmentShadows made = SegmentShadows.Of(this, ranking);
        if (_shadowPath is null)
        {
            _shadows = made;
            return;
        }

        made.Write(_shadowPath, this);
        // Where the system maps no more files, memory has to do: shadows that are not there would be made again and again.
        _shadows = SegmentShadows.Read(_shadowPath, this) ?? made;
    }

    /// <summary>Whether the signs of the vectors can be made and are not there yet.</summary>
    public bool LacksSigns => _signs is null && Dimensions is >= SegmentShadows.MinDimensions and <= SegmentSigns.MaxDimensions;

    /// <summary>Makes the signs of a segment that is full and does not change any more, which take a bit for each number of the memory. Searches may go on meanwhile.</summary>
    /// <param name="ranking">The gain and the bias of vectors that follow each other.</param>
    public void MakeSigns(Func<ReadOnlySpan<float>, (float Gain, float Bias)[]> ranking) => _signs = SegmentSigns.Of(this, ranking);

    /// <summary>Waits until the vectors are on the disk.</summary>
    public void FlushVectors() => RandomAccess.FlushToDisk(_files[0]);

    /// <summary>Whether the files of a segment are there in their whole length.</summary>
    public static bool IsComplete(int dimensions, int capacity, string path)
    {
        (long ofVectors, long ofCodes) = LengthsOf(dimensions, capacity);
        return new FileInfo(path) is { Exists: true } vectors && vectors.Length >= ofVectors && new FileInfo(CodesOf(path)) is { Exists: true } codes && codes.Length >= ofCodes;
    }

    /// <summary>Waits until everything is on the disk.</summary>
    public void Flush()
    {
        foreach (SafeFileHandle file in _files)
            RandomAccess.FlushToDisk(file);
    }

    public void Dispose()
    {
        _shadows?.Dispose();
        foreach (MappedFile map in _maps)
            map.Dispose();
        foreach (SafeFileHandle file in _files)
            file.Dispose();
    }

    static SafeFileHandle Open(string path, long length)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (RandomAccess.GetLength(file) < length)
            RandomAccess.SetLength(file, length);
        return file;
    }

    static string CodesOf(string path) => Path.ChangeExtension(path, ".codes");

    static (long OfVectors, long OfCodes) LengthsOf(int dimensions, int capacity) =>
        (capacity * (long)dimensions * sizeof(float), Pages(capacity * (long)ByteCodes.LengthOf(dimensions)) + (3 * Pages((long)capacity * sizeof(float))));

    static long Pages(long bytes) => (bytes + Page - 1) / Page * Page;

    static int Checked(long count) => count <= Array.MaxLength / sizeof(float) ? (int)count : throw new ArgumentOutOfRangeException(nameof(count), "A segment is too large.");
}
