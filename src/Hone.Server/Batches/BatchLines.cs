using System.Text.Json;
using System.Text.Unicode;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Server.Batches;

/// <summary>One request of a batch: <c>{"custom_id": "…", "method": "POST", "url": "/v1/…", "body": {…}}</c>.</summary>
sealed record BatchLine(int Line, string CustomId, string Method, string Url, JsonElement Body)
{
    public string? Model => Body.TryGetProperty("model", out JsonElement model) && model.ValueKind == JsonValueKind.String ? model.GetString() : null;
}

/// <summary>Reads the input of a batch: every line is a request, or an error with its code, its field and its number.</summary>
static class BatchLines
{
    public static IEnumerable<(BatchLine? Line, BatchError? Error)> Read(string path)
    {
        using IEnumerator<(int Line, ReadOnlyMemory<byte> Text)> lines = JsonLines.ReadTexts(path).GetEnumerator();
        while (true)
        {
            (BatchLine?, BatchError?) read;
            try
            {
                if (!lines.MoveNext())
                    yield break;
                read = Read(lines.Current.Line, lines.Current.Text);
            }
            catch (HoneException problem)
            {
                // A line that is too long, or a file that is gone: nothing can be read after it.
                read = (null, new BatchError("invalid_file", problem.Message, Param: null, Line: null));
            }

            yield return read;
            if (read is (null, { Code: "invalid_file" }))
                yield break;
        }
    }

    static (BatchLine?, BatchError?) Read(int line, ReadOnlyMemory<byte> text)
    {
        JsonElement value;
        try
        {
            using var document = JsonDocument.Parse(Utf8.IsValid(text.Span) ? text : throw new JsonException());
            value = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return (null, new BatchError("invalid_json_line", "This line is not parseable as valid JSON.", Param: null, line));
        }

        if (value.ValueKind != JsonValueKind.Object)
            return (null, new BatchError("invalid_json_line", "This line is not a JSON object.", Param: null, line));
        foreach ((string name, JsonValueKind kind) in new[] { ("custom_id", JsonValueKind.String), ("method", JsonValueKind.String), ("url", JsonValueKind.String), ("body", JsonValueKind.Object) })
            if (!value.TryGetProperty(name, out JsonElement member))
                return (null, new BatchError("missing_required_parameter", $"Missing required parameter: '{name}'.", name, line));
            else if (member.ValueKind != kind)
                return (null, new BatchError("invalid_type", $"'{name}' must be {(kind == JsonValueKind.String ? "a string" : "an object")}.", name, line));
        try
        {
            return (new BatchLine(line, value.GetProperty("custom_id").GetString()!, value.GetProperty("method").GetString()!, value.GetProperty("url").GetString()!, value.GetProperty("body")), null);
        }
        catch (InvalidOperationException)
        {
            return (null, new BatchError("invalid_json_line", "An escape sequence in a string is half of a surrogate pair.", Param: null, line));
        }
    }
}
