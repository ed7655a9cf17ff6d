using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hone.Server.FineTuning;

/// <summary>Writes a value that is not chosen as <c>"auto"</c>, as the API does.</summary>
sealed class AutoConverter<T> : JsonConverter<T?>
    where T : struct
{
    public override bool HandleNull => true;

    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("auto"))
            ? null
            : JsonSerializer.Deserialize<T>(ref reader, options);

    public override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options)
    {
        if (value is { } chosen)
            JsonSerializer.Serialize(writer, chosen, options);
        else
            writer.WriteStringValue("auto");
    }
}
