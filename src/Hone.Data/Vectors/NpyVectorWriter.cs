using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine.Checkpoints;

namespace Hone.Data.Vectors;

/// <summary>Vectors alone as NumPy's <c>load</c> reads them (NEP 1, version 1.0): float32, a row each.</summary>
sealed class NpyVectorWriter : VectorWriter
{
    /// <summary>In bytes. The number of rows is known at the end: room for the longest is kept, and spaces fill it, as the format allows.</summary>
    const int HeaderLength = 128;

    readonly string _path;
    readonly PendingFile _file;
    readonly int _dimensions;
    readonly byte[] _row;
    readonly VectorModel? _model;
    long _count;

    public NpyVectorWriter(string path, int dimensions, VectorModel? model)
    {
        (_path, _dimensions, _row, _model) = (path, dimensions, new byte[dimensions * sizeof(float)], model);
        _file = RowWriter.Guarded(path, () => new PendingFile(path));
        RowWriter.Guarded(path, WriteHeader);
    }

    public override bool HoldsFields => false;

    public override long Count => _count;

    public override void Write(JsonElement fields, ReadOnlySpan<float> vector)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, _dimensions);
        for (int i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(_row.AsSpan(i * sizeof(float)), vector[i]);
        RowWriter.Guarded(_path, () => _file.Stream.Write(_row));
        _count++;
    }

    public override void Keep() =>
        RowWriter.Guarded(_path, () =>
        {
            _file.Stream.Position = 0;
            WriteHeader();
            // Nothing is said rather than something wrong where the machine stops halfway.
            File.Delete(NpyCompanion.PathOf(_path));
            _file.Keep();
            if (_model is not null)
                NpyCompanion.Write(_path, _model, _count, _dimensions);
        });

    private protected override void Close() => _file.Dispose();

    void WriteHeader()
    {
        byte[] header = new byte[HeaderLength];
        header.AsSpan().Fill((byte)' ');
        NpyVectors.Magic.CopyTo(header);
        (header[6], header[7]) = (1, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), HeaderLength - 10);
        Encoding.ASCII.GetBytes(FormattableString.Invariant($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({_count}, {_dimensions}), }}"), header.AsSpan(10));
        header[^1] = (byte)'\n';
        _file.Stream.Write(header);
    }
}
