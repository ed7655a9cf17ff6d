using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases.Stubs;

/// <summary>
/// Stands in for a database that cannot be started here: a stub in memory that refuses every request which the system's published description does not allow, and
/// answers as the description says. It shows that our requests are well formed and what we make of the answers; it is not the system.
/// </summary>
abstract class StubDatabase : HttpMessageHandler
{
    readonly Lock _lock = new();
    bool _isBroken;

    /// <summary>Ends the connections, as a server does that is started again: the next request finds its own broken.</summary>
    public void Break() => _isBroken = true;

    /// <summary>The collections, under the names that the system knows them by.</summary>
    protected Dictionary<string, StubCollection> Collections { get; } = new(StringComparer.Ordinal);

    /// <summary>The answer to a request; <see cref="Refused"/> where it has a status of its own.</summary>
    /// <param name="path">The parts of the path, unescaped.</param>
    /// <param name="body">Undefined where there is none.</param>
    protected abstract JsonNode? Answer(string method, string[] path, Dictionary<string, string> query, JsonElement body, HttpRequestMessage request);

    /// <summary>The body of an answer that refuses a request, as the description has it.</summary>
    protected abstract JsonObject Problem(Refused refused, HttpRequestMessage request);

    /// <summary>The answer in bytes; lines of JSON need their own.</summary>
    protected virtual JsonElement Read(byte[] body) => body.Length == 0 ? default : JsonDocument.Parse(body).RootElement;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        string[] path = [.. request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        var query = request.RequestUri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)).DistinctBy(part => part[0]).ToDictionary(part => part[0], part => Uri.UnescapeDataString(part[1]));
        lock (_lock)
        {
            if (_isBroken)
            {
                _isBroken = false;
                throw new HttpRequestException("The connection was reset.");
            }

            try
            {
                JsonNode? answer = Answer(request.Method.Method, path, query, Read(body), request);
                return Response(HttpStatusCode.OK, answer is JsonValue text && text.TryGetValue(out string? lines) ? lines : answer?.ToJsonString() ?? "");
            }
            catch (Refused refused)
            {
                return Response((HttpStatusCode)refused.Status, Problem(refused, request).ToJsonString());
            }
        }
    }

    /// <summary>An object with these members and no others; those with a question mark may be left out.</summary>
    protected static void Expect(JsonElement body, params string[] members)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw new Refused(400, $"an object is expected, not {body.ValueKind}");
        string[] names = [.. members.Select(member => member.TrimEnd('?'))];
        foreach (JsonProperty member in body.EnumerateObject())
        {
            if (!names.Contains(member.Name))
                throw new Refused(400, $"unknown member {member.Name}");
        }

        foreach (string member in members.Where(member => !member.EndsWith('?')))
        {
            if (!body.TryGetProperty(member, out _))
                throw new Refused(400, $"missing member {member}");
        }
    }

    /// <summary>An address with no parameters but these.</summary>
    protected static void Expect(Dictionary<string, string> query, params string[] names) => Require(query.Keys.All(names.Contains), $"unknown parameter {query.Keys.FirstOrDefault(name => !names.Contains(name))}");

    /// <summary>The format of a body, which the description names.</summary>
    protected static void ExpectContent(HttpRequestMessage request, string type) => Require(request.Content is null || request.Content.Headers.ContentType?.MediaType == type, $"the content type {request.Content?.Headers.ContentType}");

    protected static void Require(bool isTrue, string problem)
    {
        if (!isTrue)
            throw new Refused(400, problem);
    }

    protected StubCollection Find(string name) => Collections.GetValueOrDefault(name) ?? throw new Refused(404, $"no collection {name}");

    static HttpResponseMessage Response(HttpStatusCode status, string text) => new(status) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
}

/// <summary>The suite against a stub, of which a restart breaks the connections.</summary>
public abstract class StubConformance : VectorIndexConformance
{
    private protected abstract StubDatabase Stub { get; }

    protected override Task RestartAsync()
    {
        Stub.Break();
        return Task.CompletedTask;
    }
}

/// <summary>A request that the description does not allow, or that names what is not there.</summary>
sealed class Refused(int status, string message) : Exception(message)
{
    public int Status => status;
}

/// <summary>A collection of a stub.</summary>
sealed class StubCollection(int dimensions, VectorMetric metric)
{
    public int Dimensions => dimensions;

    public VectorMetric Metric => metric;

    /// <summary>What is said of it beside that.</summary>
    public JsonObject About { get; init; } = [];

    public SortedDictionary<string, StubPoint> Points { get; } = new(StringComparer.Ordinal);

    public void Put(string id, JsonElement vector, JsonElement payload)
    {
        float[] values = [.. vector.EnumerateArray().Select(value => value.GetSingle())];
        if (values.Length != dimensions)
            throw new Refused(400, $"a vector of {values.Length} in a collection of {dimensions}");
        Points[id] = new StubPoint(id, values, JsonNode.Parse(payload.GetRawText())!.AsObject());
    }

    /// <summary>The points that a filter is true of, the nearest first, with the metric's score.</summary>
    public IEnumerable<(StubPoint Point, double Score)> Nearest(float[] query, Func<JsonObject, bool> filter)
    {
        IEnumerable<(StubPoint Point, double Score)> scored = Points.Values.Where(point => filter(point.Payload)).Select(point => (point, ExactIndex.Score(metric, query, point.Vector)));
        return metric == VectorMetric.Euclidean ? scored.OrderBy(match => match.Score) : scored.OrderByDescending(match => match.Score);
    }
}

/// <summary>A record of a stub.</summary>
sealed record StubPoint(string Id, float[] Vector, JsonObject Payload)
{
    public JsonArray VectorJson => [.. Vector.Select(value => (JsonNode)value)];
}
