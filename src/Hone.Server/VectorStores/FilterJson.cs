using System.Globalization;
using System.Text.Json;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores;

/// <summary><c>filters</c>: comparisons of attributes, joined by <c>and</c> and <c>or</c>.</summary>
static class FilterJson
{
    public static readonly ObjectShape Object = Shape.Closed(
        Field.Required("type", Shape.OneOf("eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "and", "or")),
        Field.Optional("key", Shape.AnyText, "Of comparisons: the name of an attribute."),
        Field.Optional("value", Shape.Either(Shape.AnyNumber, Shape.Boolean, Shape.AnyText, Shape.List(Shape.Either(Shape.AnyText, Shape.AnyNumber))), "Of comparisons; a list for in and nin, a number for gt, gte, lt and lte."),
        Field.Optional("filters", Shape.List(Shape.Any), "Of and and or: filters.")).Named("AttributeFilter");

    /// <param name="path">The name of the filter in errors.</param>
    /// <param name="keyOf">What an attribute is called in the index.</param>
    public static VectorFilter Read(JsonFields filter, string path, Func<string, string> keyOf)
    {
        filter.RefuseOthers();
        string type = filter.RequiredString("type");
        if (type is "and" or "or")
        {
            filter.Required("filters");
            VectorFilter[] inner =
            [
                .. filter.Array("filters")!.Select((item, i) =>
                {
                    string place = string.Create(CultureInfo.InvariantCulture, $"{path}.filters[{i}]");
                    return item.ValueKind == JsonValueKind.Object
                        ? Read(new JsonFields(item, Object, place + "."), place, keyOf)
                        : throw ApiError.Invalid($"{JsonFields.Shown(item.GetRawText())} is not of type 'object' - '{place}'", place, "invalid_type");
                }),
            ];
            return type == "and" ? new VectorFilter.And(inner) : new VectorFilter.Or(inner);
        }

        string key = keyOf(filter.RequiredString("key"));
        JsonElement value = filter.Required("value");
        if (type is "in" or "nin")
        {
            if (value.ValueKind != JsonValueKind.Array)
                throw ApiError.Invalid($"{JsonFields.Shown(value.GetRawText())} is not of type 'array' - '{path}.value'", $"{path}.value", "invalid_type");
            MetadataValue[] values = [.. value.EnumerateArray().Select(item => ValueOf(item, $"{path}.value"))];
            return type == "in" ? new VectorFilter.In(key, values) : new VectorFilter.NotIn(key, values);
        }

        if (type is not ("eq" or "ne") && value.ValueKind != JsonValueKind.Number)
            throw ApiError.Invalid($"{JsonFields.Shown(value.GetRawText())} is not of type 'number' - '{path}.value'", $"{path}.value", "invalid_type");
        return new VectorFilter.Compare(key, Enum.Parse<Comparator>(type, ignoreCase: true), ValueOf(value, $"{path}.value"));
    }

    static MetadataValue ValueOf(JsonElement value, string path) =>
        value.ValueKind is JsonValueKind.String or JsonValueKind.True or JsonValueKind.False || (value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()))
            ? FileAttributes.ValueOf(value)
            : throw ApiError.Invalid($"{JsonFields.Shown(value.GetRawText())} is not of type 'string', 'number' or 'boolean' - '{path}'", path, "invalid_type");
}
