using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Http;

/// <summary>The query of a request, read by the shape that the endpoint gives it; an empty parameter counts as absent. Reading what the shape does not have is a bug: the OpenAPI document would not show it.</summary>
sealed class QueryFields(IQueryCollection query, QueryShape shape)
{
    /// <summary>The query of a request; called by the framework for a handler's parameter of this type.</summary>
    public static ValueTask<QueryFields?> BindAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        // PostgreSQL has no texts with it.
        if (query.Any(pair => pair.Key.Contains('\0', StringComparison.Ordinal) || pair.Value.Any(text => text?.Contains('\0', StringComparison.Ordinal) == true)))
            throw ApiError.Invalid("The query of your request has a character with the code 0.");
        return new(new QueryFields(query, context.ShapeOf<QueryShape>()));
    }

    /// <summary>Whether the endpoint takes this parameter.</summary>
    public bool Has(string name) => shape.Fields.Any(field => field.Name == name);

    /// <summary>A text, or what counts in its absence.</summary>
    public string? Text(string name)
    {
        Field field = FieldOf(name);
        if (Sent(name) is not { } text)
            return field.Default?.GetValue<string>();
        return field.Shape is TextShape { Choices: { Count: > 0 } choices } ? JsonFields.OneOf(name, text, [.. choices]) : text;
    }

    /// <summary>A whole number, or what counts in its absence.</summary>
    public long? Whole(string name)
    {
        Field field = FieldOf(name);
        var rule = (WholeShape)field.Shape;
        if (Sent(name) is not { } text)
            return field.Default is JsonValue value ? value.GetValue<int>() : null;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            throw ApiError.Invalid($"'{JsonFields.Shown(text)}' is not of type 'integer' - '{name}'", name);
        if (number < rule.Minimum)
            throw ApiError.Invalid($"{number} is less than the minimum of {rule.Minimum} - '{name}'", name);
        return number <= rule.Maximum ? number : throw ApiError.Invalid($"{number} is greater than the maximum of {rule.Maximum} - '{name}'", name);
    }

    /// <summary>Pairs that were sent as <c>name[key]=value</c>.</summary>
    public IReadOnlyDictionary<string, string> Pairs(string name)
    {
        _ = FieldOf(name);
        return query
            .Where(pair => pair.Key.StartsWith(name + "[", StringComparison.Ordinal) && pair.Key.EndsWith(']'))
            .ToDictionary(pair => pair.Key[(name.Length + 1)..^1], pair => pair.Value.ToString(), StringComparer.Ordinal);
    }

    /// <summary>What was sent under a name that otherwise stands before pairs.</summary>
    public string? Sent(string name) => query[name] is [{ Length: > 0 } text, ..] ? text : null;

    Field FieldOf(string name) => shape.Fields.FirstOrDefault(field => field.Name == name) ?? throw new InvalidOperationException($"The query parameter '{name}' is read, but the endpoint does not describe it.");
}
