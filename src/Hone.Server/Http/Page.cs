using Hone.Server.OpenApi;

namespace Hone.Server.Http;

/// <summary>What part of a list a request asks for: <c>after</c>, <c>limit</c>, <c>order</c>.</summary>
/// <param name="After">The id of the last item of the page before; null for the first page.</param>
public sealed record PageRequest(string? After, int Limit, bool IsDescending)
{
    const string BeforeName = "before";

    /// <summary>The id of the first item of the page after; null for all lists but those of vector stores.</summary>
    public string? Before { get; private init; }

    /// <summary>The item that the page ends or begins at.</summary>
    internal string? Cursor => Before ?? After;

    internal string CursorName => Before is null ? "after" : BeforeName;

    /// <summary>Whether rows are read from the end of the page to its beginning.</summary>
    bool IsBackwards => Before is not null;

    bool ReadsDescending => IsDescending != IsBackwards;

    /// <summary>The parameter for the page before one that is known.</summary>
    internal static Field BeforeField { get; } = Field.Optional(BeforeName, Shape.AnyText, "The id of the first item of the page after. Not together with 'after'.");

    /// <summary>A condition for rows beyond the cursor, beginning with AND; empty without one.</summary>
    /// <param name="sequence">SQL for the sequence of the cursor.</param>
    internal string Beyond(string sequence) => Cursor is null ? "" : $"AND sequence {(ReadsDescending ? "<" : ">")} {sequence}";

    /// <summary>The page of a list that can be read both ways.</summary>
    /// <param name="read">Reads rows beyond the cursor in an order of SQL, so many at most.</param>
    internal CursorPage<T> ReadPage<T>(Func<string, int, IEnumerable<T>> read, Func<T, string> id)
    {
        T[] rows = [.. read(ReadsDescending ? "DESC" : "ASC", Limit + 1)];
        T[] data = [.. IsBackwards ? rows.Take(Limit).Reverse() : rows.Take(Limit)];
        return new CursorPage<T>(data, data.Length > 0 ? id(data[0]) : null, data.Length > 0 ? id(data[^1]) : null, rows.Length > Limit);
    }

    /// <summary>The parameters of a list: how many items it gives when nothing is said, and at most.</summary>
    internal static Field[] Fields(int defaultLimit, int maxLimit) =>
    [
        Field.Optional("after", Shape.AnyText, "The id of the last item of the page before."),
        Field.Optional("limit", Shape.Whole(1, maxLimit), "The most items of the page.", defaultLimit),
    ];

    /// <summary>The parameter that turns a list round.</summary>
    internal static Field Order(string byDefault) => Field.Optional("order", Shape.OneOf("asc", "desc"), "By the time they were made.", byDefault);

    /// <summary>Reads what a query says of the page.</summary>
    internal static PageRequest Of(QueryFields query)
    {
        string? before = query.Has(BeforeName) ? query.Text(BeforeName) : null;
        if (before is not null && query.Text("after") is not null)
            throw ApiError.Invalid("A page is asked for with 'after' or with 'before', not with both.", BeforeName);
        return new PageRequest(query.Text("after"), (int)query.Whole("limit")!.Value, !query.Has("order") || query.Text("order") is "desc" or "descending") { Before = before };
    }

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
