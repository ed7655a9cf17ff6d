using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Http;

/// <summary>What part of a list a request asks for: <c>after</c>, <c>limit</c>, <c>order</c>.</summary>
/// <param name="After">The id of the last item of the page before; null for the first page.</param>
public sealed record PageRequest(string? After, int Limit, bool IsDescending)
{
    /// <param name="maxLimit">The largest limit that is taken.</param>
    /// <param name="isDescending">The order when the request names none.</param>
    public static PageRequest Of(HttpRequest request, int defaultLimit, int maxLimit, bool isDescending = true)
    {
        ArgumentNullException.ThrowIfNull(request);
        string? order = Text(request, "order") is { } named ? JsonFields.OneOf("order", named, "asc", "desc") : null;
        return new PageRequest(Text(request, "after"), LimitOf(request, defaultLimit, maxLimit), order is null ? isDescending : order == "desc");
    }

    /// <summary>For a list that names its order in another way.</summary>
    public static PageRequest WithoutOrder(HttpRequest request, int defaultLimit, int maxLimit)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new PageRequest(Text(request, "after"), LimitOf(request, defaultLimit, maxLimit), IsDescending: true);
    }

    /// <summary>A query parameter; null when it is absent or empty.</summary>
    public static string? Text(HttpRequest request, string name) => request.Query[name] is [{ Length: > 0 } text, ..] ? text : null;

    /// <summary>Cuts a list that was read with one item more than <see cref="Limit"/>: that item says that there is more.</summary>
    public ListPage<T> PageOf<T>(IReadOnlyList<T> items) => new(items.Count > Limit ? [.. items.Take(Limit)] : items, items.Count > Limit);

    /// <inheritdoc cref="PageOf"/>
    public CursorPage<T> CursorPageOf<T>(IReadOnlyList<T> items, Func<T, string> id)
    {
        ListPage<T> page = PageOf(items);
        return new CursorPage<T>(page.Data, page.Data.Count > 0 ? id(page.Data[0]) : null, page.Data.Count > 0 ? id(page.Data[^1]) : null, page.HasMore);
    }

    static int LimitOf(HttpRequest request, int defaultLimit, int maxLimit)
    {
        if (Text(request, "limit") is not { } text)
            return defaultLimit;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long limit))
            throw ApiError.Invalid($"'{JsonFields.Shown(text)}' is not of type 'integer' - 'limit'", "limit");
        if (limit < 1)
            throw ApiError.Invalid($"{limit} is less than the minimum of 1 - 'limit'", "limit");
        return limit <= maxLimit ? (int)limit : throw ApiError.Invalid($"{limit} is greater than the maximum of {maxLimit} - 'limit'", "limit");
    }
}

/// <summary>A part of a list whose items name themselves.</summary>
public sealed record ListPage<T>(IReadOnlyList<T> Data, bool HasMore)
{
    public string Object { get; } = "list";
}

/// <summary>A part of a list that repeats the ids of its first and last item; null when it is empty.</summary>
public sealed record CursorPage<T>(IReadOnlyList<T> Data, string? FirstId, string? LastId, bool HasMore)
{
    public string Object { get; } = "list";
}
