using Hone.Server.OpenApi;

namespace Hone.Server.Http;

/// <summary>What part of a list a request asks for: <c>after</c>, <c>limit</c>, <c>order</c>.</summary>
/// <param name="After">The id of the last item of the page before; null for the first page.</param>
public sealed record PageRequest(string? After, int Limit, bool IsDescending)
{
    /// <summary>The parameters of a list: how many items it gives when nothing is said, and at most.</summary>
    internal static Field[] Fields(int defaultLimit, int maxLimit) =>
    [
        Field.Optional("after", Shape.AnyText, "The id of the last item of the page before."),
        Field.Optional("limit", Shape.Whole(1, maxLimit), "The most items of the page.", defaultLimit),
    ];

    /// <summary>The parameter that turns a list round.</summary>
    internal static Field Order(string byDefault) => Field.Optional("order", Shape.OneOf("asc", "desc"), "By the time they were made.", byDefault);

    /// <summary>Reads what a query says of the page.</summary>
    internal static PageRequest Of(QueryFields query) =>
        new(query.Text("after"), (int)query.Whole("limit")!.Value, !query.Has("order") || query.Text("order") is "desc" or "descending");

    /// <summary>Cuts a list that was read with one item more than <see cref="Limit"/>: that item says that there is more.</summary>
    internal ListPage<T> PageOf<T>(IReadOnlyList<T> items) => new(items.Count > Limit ? [.. items.Take(Limit)] : items, items.Count > Limit);

    /// <inheritdoc cref="PageOf"/>
    internal CursorPage<T> CursorPageOf<T>(IReadOnlyList<T> items, Func<T, string> id)
    {
        ListPage<T> page = PageOf(items);
        return new CursorPage<T>(page.Data, page.Data.Count > 0 ? id(page.Data[0]) : null, page.Data.Count > 0 ? id(page.Data[^1]) : null, page.HasMore);
    }
}

/// <summary>A part of a list whose items name themselves.</summary>
sealed record ListPage<T>(IReadOnlyList<T> Data, bool HasMore)
{
    public string Object { get; } = "list";
}

/// <summary>Describes pages whose items have no type of their own.</summary>
static class CursorPage
{
    public static ObjectShape Of(ObjectShape item) =>
        Shape.Closed(
            Field.Required("object", Shape.OneOf("list")),
            Field.Required("data", Shape.List(item)),
            Field.OrNull("first_id", Shape.AnyText),
            Field.OrNull("last_id", Shape.AnyText),
            Field.Required("has_more", Shape.Boolean)).Named(item.Name + "Page");
}

/// <summary>A part of a list that repeats the ids of its first and last item; null when it is empty.</summary>
sealed record CursorPage<T>(IReadOnlyList<T> Data, string? FirstId, string? LastId, bool HasMore)
{
    public string Object { get; } = "list";
}
