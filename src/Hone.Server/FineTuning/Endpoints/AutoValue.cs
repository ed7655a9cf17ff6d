using System.Collections.Immutable;
using System.Text.Json;
using Hone.Server.Http;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>Members that are a value or <c>"auto"</c>, which counts as absent.</summary>
static class AutoValue
{
    public static long? Integer(JsonFields fields, string name) => IsAuto(fields, name) ? null : fields.Integer(name);

    public static double? Number(JsonFields fields, string name) => IsAuto(fields, name) ? null : fields.Number(name);

    public static bool? Boolean(JsonFields fields, string name) => IsAuto(fields, name) ? null : fields.Boolean(name);

    public static ImmutableArray<int>? Integers(JsonFields fields, string name) =>
        IsAuto(fields, name) || fields.Array(name) is not { } items ? null
        : [.. items.Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int value) ? value : throw ApiError.Invalid($"{JsonFields.Shown(item.GetRawText())} is no whole number - 'hone.{name}'", $"hone.{name}"))];

    static bool IsAuto(JsonFields fields, string name) => fields.Find(name) is { ValueKind: JsonValueKind.String } text && text.ValueEquals(Hyperparameters.Auto);
}
