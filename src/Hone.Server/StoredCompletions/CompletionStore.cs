using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Chat;
using Hone.Server.Http;
using Hone.Server.Inference;
using Hone.Server.Storage;

namespace Hone.Server.StoredCompletions;

/// <summary>The chat completions that requests asked to keep, with what they were asked.</summary>
sealed class CompletionStore(Database database)
{
    const string IdPrefix = "chatcmpl-";

    /// <summary>Keeps an answer.</summary>
    /// <param name="requestId">The header <c>x-request-id</c> of the response.</param>
    public void Add(ChatCompletion completion, IReadOnlyList<ChatAnswer> answers, IReadOnlyList<GenerationOutcome> outcomes, Caller caller, string requestId)
    {
        string stored = Encoding.UTF8.GetString(CompletionBody.Of(writer => completion.WriteStored(writer, answers, outcomes, requestId), default).Json.Span);
        string messages = MessagesOf(completion).ToJsonString(Json.Options);
        database.Write(session =>
        {
            session.Execute(
                "INSERT INTO stored_completions (id, organisation, model, created_at, completion, messages) VALUES (@Id, @Organisation, @Model, @Created, @Completion, @Messages)",
                new { completion.Id, caller.Organisation, completion.Model, completion.Created, Completion = stored, Messages = messages });
            AddMetadata(session, completion.Id, completion.Request.Metadata);
        });
    }

    /// <summary>Null when there is none, or it belongs to others.</summary>
    public StoredCompletion? Find(string id, Caller caller) =>
        !Ids.IsPlausible(id, IdPrefix) ? null
        : database.Read(session => session.Find<StoredCompletion>(
            "SELECT id, completion, messages FROM stored_completions WHERE id = @Id AND organisation = @Organisation", new { Id = id, caller.Organisation }));

    /// <summary>As <see cref="Find"/>, with an error where that has nothing.</summary>
    public StoredCompletion Require(string id, Caller caller) => Find(id, caller) ?? throw StoredCompletion.Unknown(id);

    /// <summary>The object as it is answered.</summary>
    public JsonObject View(StoredCompletion completion) => completion.ToView(MetadataOf(completion.Id));

    /// <summary>One more than the limit, when there are more.</summary>
    /// <param name="model">Null for all.</param>
    /// <param name="metadata">Pairs that a completion must have.</param>
    public IReadOnlyList<StoredCompletion> List(Caller caller, string? model, IReadOnlyDictionary<string, string> metadata, PageRequest page)
    {
        (string compare, string order) = page.IsDescending ? ("<", "DESC") : (">", "ASC");
        var parameters = new Dictionary<string, object?> { ["Organisation"] = caller.Organisation, ["Model"] = model, ["After"] = page.After, ["Count"] = page.Limit + 1 };
        var conditions = new StringBuilder("organisation = @Organisation");
        if (model is not null)
            conditions.Append(" AND model = @Model");
        if (page.After is not null)
            conditions.Append(CultureInfo.InvariantCulture, $" AND sequence {compare} (SELECT sequence FROM stored_completions WHERE id = @After AND organisation = @Organisation)");
        foreach ((string name, string value) in metadata)
        {
            int number = parameters.Count;
            conditions.Append(CultureInfo.InvariantCulture, $" AND EXISTS (SELECT 1 FROM stored_completion_metadata m WHERE m.completion = stored_completions.id AND m.name = @Name{number} AND m.value = @Value{number})");
            (parameters[$"Name{number}"], parameters[$"Value{number}"]) = (name, value);
        }

        return database.Read(session => session.List<StoredCompletion>(
            $"SELECT id, completion, messages FROM stored_completions WHERE {conditions} ORDER BY sequence {order} LIMIT @Count", parameters));
    }

    /// <summary>Gives a completion other metadata.</summary>
    public void SetMetadata(string id, IReadOnlyDictionary<string, string>? metadata) =>
        database.Write(session =>
        {
            session.Execute("DELETE FROM stored_completion_metadata WHERE completion = @Id", new { Id = id });
            AddMetadata(session, id, metadata);
        });

    public void Delete(string id) =>
        database.Write(session =>
        {
            session.Execute("DELETE FROM stored_completion_metadata WHERE completion = @Id", new { Id = id });
            session.Execute("DELETE FROM stored_completions WHERE id = @Id", new { Id = id });
        });

    IEnumerable<KeyValuePair<string, string>> MetadataOf(string id) =>
        database.Read(session => session.List<Pair>("SELECT name, value FROM stored_completion_metadata WHERE completion = @Id ORDER BY name", new { Id = id }))
            .Select(pair => KeyValuePair.Create(pair.Name, pair.Value));

    static void AddMetadata(DatabaseSession session, string id, IReadOnlyDictionary<string, string>? metadata)
    {
        foreach ((string name, string value) in metadata ?? new Dictionary<string, string>())
            session.Execute("INSERT INTO stored_completion_metadata (completion, name, value) VALUES (@Id, @Name, @Value)", new { Id = id, Name = StoredText.Of(name), Value = StoredText.Of(value) });
    }

    /// <summary>The messages of the request, each with an id of its own.</summary>
    static JsonArray MessagesOf(ChatCompletion completion) =>
    [
        .. completion.Request.Body.Required("messages").EnumerateArray().Select((message, index) =>
        {
            JsonObject stored = new() { ["id"] = $"{completion.Id}-{index.ToString(CultureInfo.InvariantCulture)}" };
            foreach (JsonProperty member in message.EnumerateObject())
                stored[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            bool isParts = stored["content"] is JsonArray;
            stored["content_parts"] = isParts ? stored["content"]!.DeepClone() : null;
            stored["content"] = isParts ? null : stored["content"]?.DeepClone();
            stored["name"] ??= null;
            return (JsonNode)stored;
        }),
    ];

    sealed class Pair
    {
        public required string Name { get; init; }

        public required string Value { get; init; }
    }
}
