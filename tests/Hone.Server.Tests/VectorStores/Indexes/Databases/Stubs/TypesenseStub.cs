using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Indexes.Databases.Typesense;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases.Stubs;

/// <summary>The part of Typesense's HTTP interface that we use, after its OpenAPI description and, for vector queries and the limits of filters, its own code. Fields of numbers are of 32 bits, as there.</summary>
sealed partial class TypesenseStub : StubDatabase
{
    protected override JsonElement Read(byte[] body) => body.Length == 0 || Encoding.UTF8.GetString(body).Trim().Contains('\n') || body[^1] == '\n' ? JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(body)) : base.Read(body);

    protected override JsonNode? Answer(string method, string[] path, Dictionary<string, string> query, JsonElement body, HttpRequestMessage request)
    {
        bool isImport = path is [_, _, _, "import"];
        ExpectContent(request, isImport ? "application/octet-stream" : "application/json");
        Expect(query, isImport ? ["action", "batch_size", "dirty_values", "remote_embedding_batch_size", "return_doc", "return_id"]
            : path is [_, _, _, "export"] ? ["filter_by", "include_fields", "exclude_fields"]
            : path is [_, _, "documents"] ? ["filter_by", "batch_size", "ignore_not_found", "truncate"] : []);
        switch (method, path)
        {
            case ("GET", ["collections"]):
                return new JsonArray([.. Collections.Keys.Select(About)]);
            case ("POST", ["collections"]):
                return Create(body);
            case ("GET", ["collections", { } name]):
                return About(name);
            case ("DELETE", ["collections", { } name]):
                JsonObject gone = About(name);
                Collections.Remove(name);
                return gone;
            case ("POST", ["collections", { } name, "documents", "import"]):
                Require(query["action"] == "upsert", "the action");
                return string.Join('\n', body.GetString()!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Import(Find(name), line).ToJsonString()));
            case ("GET", ["collections", { } name, "documents", "export"]):
                return string.Join('\n', Chosen(Find(name), query).Select(point => Document(point).ToJsonString()));
            case ("DELETE", ["collections", { } name, "documents"]):
                StubPoint[] chosen = [.. Chosen(Find(name), query)];
                foreach (StubPoint point in chosen)
                    Find(name).Points.Remove(point.Id);
                return new JsonObject { ["num_deleted"] = chosen.Length };
            case ("POST", ["multi_search"]):
                Expect(body, "searches");
                return new JsonObject { ["results"] = new JsonArray([.. body.GetProperty("searches").EnumerateArray().Select(Search)]) };
            default:
                throw new Refused(404, "an unknown path");
        }
    }

    protected override JsonObject Problem(Refused refused, HttpRequestMessage request) => new() { ["message"] = refused.Message };

    JsonObject Create(JsonElement body)
    {
        Expect(body, "name", "fields", "metadata?", "enable_nested_fields?");
        string name = body.GetProperty("name").GetString()!;
        Require(!Collections.ContainsKey(name) && Uri.EscapeDataString(name) == name, "the name");
        int dimensions = 0;
        VectorMetric metric = VectorMetric.Cosine;
        foreach (JsonElement field in body.GetProperty("fields").EnumerateArray())
        {
            Expect(field, "name", "type", "optional?", "num_dim?", "vec_dist?");
            if (field.GetProperty("type").GetString() != "float[]")
                continue;
            dimensions = field.GetProperty("num_dim").GetInt32();
            metric = field.GetProperty("vec_dist").GetString() switch { "cosine" => VectorMetric.Cosine, "ip" => VectorMetric.DotProduct, _ => throw new Refused(400, "vec_dist") };
        }

        Collections[name] = new StubCollection(dimensions, metric) { About = JsonNode.Parse(body.GetRawText())!.AsObject() };
        return About(name);
    }

    JsonObject About(string name)
    {
        StubCollection collection = Find(name);
        JsonArray fields = collection.About["fields"]!.DeepClone().AsArray();
        foreach (string field in NumberFields(collection))
            fields.Add(new JsonObject { ["name"] = field, ["type"] = "float", ["optional"] = true });
        return new JsonObject { ["name"] = name, ["fields"] = fields, ["metadata"] = collection.About["metadata"]!.DeepClone(), ["num_documents"] = collection.Points.Count, ["created_at"] = 1 };
    }

    /// <summary>A field that was named by a pattern is there once a document has it.</summary>
    static IEnumerable<string> NumberFields(StubCollection collection) => collection.Points.Values.SelectMany(point => point.Payload.Select(member => member.Key)).Where(name => name.StartsWith("_hone_n_", StringComparison.Ordinal)).Distinct();

    static JsonObject Import(StubCollection collection, string line)
    {
        using var document = JsonDocument.Parse(line);
        string id = document.RootElement.GetProperty("id").GetString()!;
        Require(Uri.EscapeDataString(id) == id, "an id that must be escaped");
        if (document.RootElement.GetProperty("embedding").GetArrayLength() != collection.Dimensions)
            return new JsonObject { ["success"] = false, ["error"] = "Field `embedding` must have another number of dimensions.", ["code"] = 400 };
        collection.Put(id, document.RootElement.GetProperty("embedding"), document.RootElement);
        return new JsonObject { ["success"] = true };
    }

    static IEnumerable<StubPoint> Chosen(StubCollection collection, Dictionary<string, string> query)
    {
        if (!query.TryGetValue("filter_by", out string? filter))
            return collection.Points.Values;
        Require(filter.StartsWith("id:[", StringComparison.Ordinal) && filter.EndsWith(']') && filter.Length < 4000, "the filter");
        HashSet<string> ids = [.. filter[4..^1].Split(',')];
        return collection.Points.Values.Where(point => ids.Contains(point.Id));
    }

    JsonObject Search(JsonElement search)
    {
        Expect(search, "collection", "q", "vector_query", "filter_by?", "exclude_fields?", "per_page?", "page?");
        StubCollection? collection = Collections.GetValueOrDefault(search.GetProperty("collection").GetString()!);
        if (collection is null)
            return new JsonObject { ["code"] = 404, ["error"] = "Not found." };
        Match given = VectorQueryText().Match(search.GetProperty("vector_query").GetString()!);
        int perPage = search.GetProperty("per_page").GetInt32(), page = search.GetProperty("page").GetInt32();
        Require(given.Success && perPage <= 250, "the query");
        // Beyond the threshold nothing is found: 2.01 where none is given, and of the cosine never more than 2.
        double farthest = given.Groups["threshold"].Success ? double.Parse(given.Groups["threshold"].Value, CultureInfo.InvariantCulture) : 2.01;
        Require(collection.Metric != VectorMetric.Cosine || !given.Groups["threshold"].Success || farthest is >= 0 and <= 2, "`distance_threshold` parameter must be a float between 0.0-2.0.");
        float[] vector = [.. given.Groups["vector"].Value.Split(',').Select(value => float.Parse(value, CultureInfo.InvariantCulture))];
        Func<JsonObject, bool> filter = search.TryGetProperty("filter_by", out JsonElement by) ? new FilterReader(by.GetString()!, [.. collection.About["fields"]!.AsArray().Select(field => field!["name"]!.GetValue<string>()), .. NumberFields(collection)]).Read() : _ => true;
        string[] left = search.GetProperty("exclude_fields").GetString()!.Split(',');
        return new JsonObject
        {
            ["hits"] = new JsonArray([.. collection.Nearest(vector, filter).Where(match => 1 - match.Score <= farthest).Take(int.Parse(given.Groups["k"].Value, CultureInfo.InvariantCulture)).Skip((page - 1) * perPage).Take(perPage).Select(match => new JsonObject
            {
                ["document"] = new JsonObject(match.Point.Payload.Where(member => !left.Contains(member.Key)).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))),
                ["vector_distance"] = 1 - match.Score,
            })]),
        };
    }

    static JsonObject Document(StubPoint point) => point.Payload.DeepClone().AsObject();

    [GeneratedRegex(@"^embedding:\(\[(?<vector>[^\]]*)\], k:(?<k>\d+), flat_search_cutoff:\d+(, distance_threshold:(?<threshold>[^,)]+))?\)\z")]
    private static partial Regex VectorQueryText();

    /// <summary>Reads filters: words that a list has or has not, orders of numbers, &amp;&amp; and ||, parentheses.</summary>
    sealed partial class FilterReader
    {
        readonly string[] _tokens;
        readonly HashSet<string> _fields;
        int _next;

        public FilterReader(string filter, HashSet<string> fields)
        {
            _fields = fields;
            MatchCollection found = Token().Matches(filter);
            Require(found.Count(match => match.Value is "&&" or "||" || match.Value.Contains(':')) <= 100, "`filter_by` has too many operations.");
            Require(found.Sum(match => match.Length) == filter.Length, $"the filter {filter}");
            _tokens = [.. found.Select(match => match.Value.Trim()).Where(token => token.Length > 0)];
        }

        public Func<JsonObject, bool> Read()
        {
            Func<JsonObject, bool> first = Term();
            if (_next == _tokens.Length || _tokens[_next] == ")")
                return first;
            // The two signs are not mixed without parentheses: which comes first is not said.
            string sign = _tokens[_next];
            List<Func<JsonObject, bool>> all = [first];
            while (_next < _tokens.Length && _tokens[_next] == sign)
            {
                _next++;
                all.Add(Term());
            }

            Require(_next == _tokens.Length || _tokens[_next] == ")", "two signs beside one another");
            return sign == "&&" ? document => all.All(one => one(document)) : document => all.Any(one => one(document));
        }

        Func<JsonObject, bool> Term()
        {
            string token = _tokens[_next++];
            if (token == "(")
            {
                Func<JsonObject, bool> inner = Read();
                Require(_tokens[_next++] == ")", "a closing parenthesis");
                return inner;
            }

            Match atom = Atom().Match(token);
            string field = atom.Groups["field"].Value, value = atom.Groups["value"].Value;
            if (!_fields.Contains(field))
                throw new Refused(404, $"Could not find a filter field named `{field}` in the schema.");
            switch (atom.Groups["sign"].Value)
            {
                case ":=" or ":!=" when value[0] == '[':
                    HashSet<string> words = [.. value[1..^1].Split(',')];
                    bool isAny = atom.Groups["sign"].Value == ":=";
                    return document => document[field]!.AsArray().Any(word => words.Contains(word!.GetValue<string>())) == isAny;
                case ":=":
                    return document => document[field]!.AsArray().Any(word => word!.GetValue<string>() == value);
                case ":!=":
                    return document => document[field]!.AsArray().All(word => word!.GetValue<string>() != value);
                default:
                    string sign = atom.Groups["sign"].Value;
                    float bound = float.Parse(value, CultureInfo.InvariantCulture);
                    return document => document[field] is { } found && Order((float)found.GetValue<double>(), sign, bound);
            }
        }

        static bool Order(float found, string sign, float bound) => sign switch { ":>" => found > bound, ":>=" => found >= bound, ":<" => found < bound, _ => found <= bound };

        [GeneratedRegex(@"\s+|&&|\|\||[()]|\w+:(=|!=|>=|<=|>|<)([-+.\w]+|\[[\w,]+\])")]
        private static partial Regex Token();

        [GeneratedRegex(@"^(?<field>\w+)(?<sign>:(=|!=|>=|<=|>|<))(?<value>.*)\z")]
        private static partial Regex Atom();
    }
}

/// <summary>Typesense's stub: no server.</summary>
public sealed class TypesenseIndexTests : StubConformance
{
    readonly TypesenseStub _stub = new();

    private protected override StubDatabase Stub => _stub;

    protected override Task<IVectorIndex> OpenAsync() => Task.FromResult<IVectorIndex>(new TypesenseIndex("//typesense.test:8108", _stub));

    [Fact]
    public async Task Products_below_zero_and_long_lists_of_values_are_found()
    {
        await using TypesenseIndex index = new("//typesense.test:8108", _stub);
        VectorCollection collection = new("products", 1, VectorMetric.DotProduct);
        await index.CreateAsync(collection, TestContext.Current.CancellationToken);
        await index.UpsertAsync(collection, [.. Enumerable.Range(0, 300).Select(i => new VectorRecord($"{i}", [-i], new Dictionary<string, MetadataValue> { ["n"] = i }))], TestContext.Current.CancellationToken);
        MetadataValue[] values = [.. Enumerable.Range(50, 240).Select(i => (MetadataValue)i)];

        IReadOnlyList<VectorMatch> any = await index.QueryAsync(collection, new VectorQuery([1], 300, new VectorFilter.In("n", values)), TestContext.Current.CancellationToken);
        IReadOnlyList<VectorMatch> none = await index.QueryAsync(collection, new VectorQuery([1], 300, new VectorFilter.NotIn("n", values)), TestContext.Current.CancellationToken);

        (any.Count, any[^1].Score).ShouldBe((240, -289));
        (none.Count, none[^1].Score).ShouldBe((60, -299));
    }
}
