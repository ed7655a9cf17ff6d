using System.Buffers;
using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Vectors;

/// <summary>Rows with a column, or objects with a member, that is a list of numbers. Each is written so that reading it gives the same bits.</summary>
sealed class RowVectorWriter(RowWriter rows, VectorModel? model) : VectorWriter
{
    readonly ArrayBufferWriter<byte> _bytes = new();
    readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = ReadableJson.Encoder });

    public override bool HoldsFields => true;

    public override long Count => rows.Count;

    public override void Write(JsonElement fields, ReadOnlySpan<float> vector)
    {
        _bytes.ResetWrittenCount();
        _json.Reset(_bytes);
        _json.WriteStartObject();
        foreach (JsonProperty member in fields.EnumerateObject())
            if (!IsOwn(member.Name))
                member.WriteTo(_json);
        if (model is not null)
            _json.WriteString(ModelColumn, model.Written);
        _json.WriteStartArray(Column);
        foreach (float value in vector)
            _json.WriteNumberValue(value);
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        rows.Write(JsonElement.Parse(_bytes.WrittenSpan));
    }

    public override void Keep() => rows.Keep();

    private protected override void Close()
    {
        rows.Dispose();
        _json.Dispose();
    }
}
