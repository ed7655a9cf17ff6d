using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Hone.Engine.ChatTemplates;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Hone.Server.VectorStores;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.Chat;

/// <summary><c>hone.file_search</c> of a chat request: what vector stores have on the last question is put before it, and listed in the answer.</summary>
sealed record FileSearch(string Query, IReadOnlyList<VectorStoreResult> Results)
{
    const string Extension = "hone", Name = "file_search", Path = "hone.file_search";
    const int MaxStores = 16, DefaultResults = 5;

    static readonly ObjectShape Object = Shape.Closed(
        Field.Required("vector_store_ids", Shape.Some(Shape.AnyText, MaxStores)),
        Field.Optional("max_num_results", Shape.Whole(1, VectorStoreSearch.MaxResults), "The most passages that are put before the question.", DefaultResults),
        Field.Optional("score_threshold", Shape.Number(0, 1), "The least score of a passage.", 0),
        Field.Optional("filters", FilterJson.Object)).Named("ChatFileSearch");

    /// <summary>The extension as a member of a request.</summary>
    public static readonly Field Asked = Field.Optional(Extension, Shape.Closed(Field.Optional(Name, Object, "Passages of these vector stores are put before the last question.")), "What OpenAI's interface does not have.");

    /// <summary>The extension as a member of an answer.</summary>
    public static readonly Field Answered = Field.Sometimes(Extension, Shape.Closed(Field.Required(Name, Shape.Closed(
        Field.Required("query", Shape.AnyText, "The question that was searched."),
        Field.Required("results", Shape.List(Shape.Of<VectorStoreResult>()), "The passages that were put before it, in their order.")))));

    /// <summary>Searches as a request asks for; null when it does not.</summary>
    /// <exception cref="ApiError">A store is not there, or there is no question.</exception>
    public static async Task<FileSearch?> RunAsync(JsonFields body, Caller caller, VectorStoreRows rows, VectorStoreSearch search, CancellationToken cancel)
    {
        if (body.Object(Extension) is not { } extension)
            return null;
        extension.RefuseOthers();
        if (extension.Object(Name) is not { } asked)
            return null;
        asked.RefuseOthers();
        asked.Required("vector_store_ids");
        VectorStore[] stores = [.. asked.Array("vector_store_ids")!.Select(id => rows.FindUsable(id.ValueKind == JsonValueKind.String ? id.GetString()! : id.GetRawText(), caller.Organisation, $"{Path}.vector_store_ids"))];
        VectorFilter? filter = asked.Object("filters") is { } filters ? FilterJson.Read(filters, $"{Path}.filters", StoreVectors.KeyOf) : null;
        int count = (int)(asked.Integer("max_num_results") ?? DefaultResults);
        double threshold = asked.Number("score_threshold") ?? 0;
        string question = ChatMessages.Read(body).FindLast(message => message.Role == "user")?.Content ?? "";
        if (string.IsNullOrWhiteSpace(question))
            throw ApiError.Invalid("There is no question of the user to search for.", "messages");
        return new FileSearch(question, await search.FindAsync(stores, [question], count, filter, threshold, cancel));
    }

    /// <summary>Puts the passages before the last message of the user, in the language of that message.</summary>
    public void AddTo(List<ChatMessage> messages)
    {
        if (Results.Count == 0)
            return;
        int last = messages.FindLastIndex(message => message.Role == "user");
        bool isChinese = Query.EnumerateRunes().Any(rune => IsWithin(rune, UnicodeRanges.CjkUnifiedIdeographs));
        StringBuilder text = new(isChinese ? "以下是文件中可能有用的段落：\n" : "Passages from files that may be of use:\n");
        for (int i = 0; i < Results.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"\n[{i + 1}] {Results[i].Filename}\n{Results[i].Content[0].Text.Trim()}\n");
        text.Append(isChinese ? "\n问题：" : "\nQuestion: ").Append(messages[last].Content);
        messages[last] = messages[last] with { Content = text.ToString() };
    }

    /// <summary>Writes the member of an answer.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject(Extension);
        writer.WriteStartObject(Name);
        writer.WriteString("query", Query);
        writer.WritePropertyName("results");
        JsonSerializer.Serialize(writer, Results, Json.Options);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    static bool IsWithin(Rune rune, UnicodeRange range) => rune.Value >= range.FirstCodePoint && rune.Value < range.FirstCodePoint + range.Length;
}
