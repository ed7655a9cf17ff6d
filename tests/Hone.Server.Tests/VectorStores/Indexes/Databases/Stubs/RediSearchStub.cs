using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Indexes.Databases.Redis;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases.Stubs;

/// <summary>
/// Stands in for a Redis with RediSearch, which Debian's has not: a stub in memory behind a socket that speaks RESP 2 and knows the commands that we send, in the
/// forms of the published reference. It is not the system.
/// </summary>
sealed partial class RediSearchStub : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Lock _lock = new();
    readonly Task _accepting;
    readonly SortedDictionary<string, Dictionary<string, byte[]>> _hashes = new(StringComparer.Ordinal);
    readonly Dictionary<string, SearchIndex> _indexes = [];
    readonly List<TcpClient> _clients = [];

    public RediSearchStub()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Whether indexes are still being filled: what is dropped leaves its records.</summary>
    public bool IsFilling { get; set; }

    /// <summary>A record that goes while a search is under way; null for none.</summary>
    public string? Going { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Ends the connections, as a server does that is started again.</summary>
    public void Break()
    {
        lock (_lock)
        {
            foreach (TcpClient client in _clients)
                client.Close();
            _clients.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        List<Task> clients = [];
        try
        {
            while (true)
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        finally
        {
            await Task.WhenAll(clients).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            lock (_lock)
                _clients.Add(client);
            await using NetworkStream stream = client.GetStream();
            RespReader reader = new(stream);
            List<byte[][]>? queued = null;
            while (true)
            {
                byte[][] command = [.. (await reader.ReadAsync(_stop.Token)).Items.Select(word => word.Bytes.ToArray())];
                string name = Encoding.UTF8.GetString(command[0]);
                object? answer;
                lock (_lock)
                {
                    if (name == "MULTI")
                        (queued, answer) = ([], "OK");
                    else if (name == "EXEC")
                        (answer, queued) = (queued!.Select(Answer).ToArray(), null);
                    else if (queued is not null)
                    {
                        queued.Add(command);
                        answer = "QUEUED";
                    }
                    else
                        answer = Answer(command);
                }

                using MemoryStream bytes = new();
                Write(bytes, answer);
                await stream.WriteAsync(bytes.ToArray(), _stop.Token);
            }
        }
    }

    static void Write(MemoryStream to, object? answer)
    {
        switch (answer)
        {
            case null:
                to.Write("$-1\r\n"u8);
                break;
            case Exception error:
                to.Write(Encoding.UTF8.GetBytes($"-ERR {error.Message}\r\n"));
                break;
            case int or long:
                to.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $":{answer}\r\n")));
                break;
            case byte[] text:
                to.Write(Encoding.UTF8.GetBytes($"${text.Length}\r\n"));
                to.Write(text);
                to.Write("\r\n"u8);
                break;
            case string text:
                Write(to, Encoding.UTF8.GetBytes(text));
                break;
            case object?[] items:
                to.Write(Encoding.UTF8.GetBytes($"*{items.Length}\r\n"));
                foreach (object? item in items)
                    Write(to, item);
                break;
            default:
                throw new InvalidOperationException(answer.GetType().Name);
        }
    }

    object? Answer(byte[][] command)
    {
        string[] words = [.. command.Select(Encoding.UTF8.GetString)];
        try
        {
            return (object?)(words[0] switch
            {
                "HSETNX" => (object)(Hash(words[1]).TryAdd(words[2], command[3]) ? 1 : 0),
                "HGET" => _hashes.GetValueOrDefault(words[1])?.GetValueOrDefault(words[2]),
                "HDEL" => _hashes.GetValueOrDefault(words[1])?.Remove(words[2]) == true ? 1 : 0,
                "HGETALL" => _hashes.GetValueOrDefault(words[1])?.SelectMany(pair => (object[])[pair.Key, pair.Value]).ToArray() ?? [],
                "HMGET" => words.Skip(2).Select(field => (object?)_hashes.GetValueOrDefault(words[1])?.GetValueOrDefault(field)).ToArray(),
                "HSET" => Set(words, command),
                "DEL" => words.Skip(1).Count(_hashes.Remove),
                "SCAN" => new object[] { "0", _hashes.Keys.Where(key => key.StartsWith(Pattern(words), StringComparison.Ordinal)).Cast<object>().ToArray() },
                "FT.CREATE" => Create(words),
                "FT.ALTER" => Alter(words),
                "FT.DROPINDEX" => Drop(words),
                "FT.INFO" => new object[] { "index_name", words[1], "attributes", Index(words[1]).Fields.Select(field => (object)new object[] { "identifier", field, "attribute", field, "type", "NUMERIC" }).ToArray() },
                "FT.SEARCH" => Search(words, command),
                _ => throw new FormatException($"unknown command '{words[0]}'"),
            });
        }
        catch (Exception error) when (error is FormatException or KeyNotFoundException or IndexOutOfRangeException)
        {
            return error;
        }
    }

    Dictionary<string, byte[]> Hash(string key) => _hashes.TryGetValue(key, out Dictionary<string, byte[]>? hash) ? hash : _hashes[key] = [];

    int Set(string[] words, byte[][] command)
    {
        Require(words.Length % 2 == 0, "wrong number of arguments");
        for (int i = 2; i < words.Length; i += 2)
            Hash(words[1])[words[i]] = command[i + 1];
        return (words.Length - 2) / 2;
    }

    static string Pattern(string[] words)
    {
        Require(words is ["SCAN", "0", "MATCH", { } pattern, "COUNT", _] && pattern.EndsWith('*') && !pattern[..^1].AsSpan().ContainsAny("*?[]\\"), "the pattern");
        return words[3][..^1];
    }

    SearchIndex Index(string name) => _indexes.TryGetValue(name, out SearchIndex? index) ? index : throw new KeyNotFoundException("no such index");

    string Create(string[] words)
    {
        Require(words is ["FT.CREATE", _, "ON", "HASH", "PREFIX", "1", _, "SCHEMA", _, "VECTOR", "HNSW", "8", "TYPE", "FLOAT32", "DIM", _, "DISTANCE_METRIC", "COSINE" or "IP" or "L2", "EF_RUNTIME", _, _, "TAG", "SEPARATOR", ","], "the schema");
        VectorMetric metric = words[17] switch { "COSINE" => VectorMetric.Cosine, "IP" => VectorMetric.DotProduct, _ => VectorMetric.Euclidean };
        _indexes.Add(words[1], new SearchIndex(words[6], words[8], int.Parse(words[15], CultureInfo.InvariantCulture), metric, words[20]) { Fields = { words[8], words[20] } });
        return "OK";
    }

    string Alter(string[] words)
    {
        Require(words is ["FT.ALTER", _, "SCHEMA", "ADD", _, "NUMERIC"], "the schema");
        Require(Index(words[1]).Fields.Add(words[4]), "Duplicate field in schema");
        return "OK";
    }

    string Drop(string[] words)
    {
        Require(words is ["FT.DROPINDEX", _, "DD"], "the command");
        foreach (string key in Documents(Index(words[1])).Select(each => each.Key).Where(_ => !IsFilling).ToArray())
            _hashes.Remove(key);
        _indexes.Remove(words[1]);
        return "OK";
    }

    IEnumerable<KeyValuePair<string, Dictionary<string, byte[]>>> Documents(SearchIndex index) =>
        _hashes.Where(pair => pair.Key.StartsWith(index.Prefix, StringComparison.Ordinal) && pair.Value.TryGetValue(index.Vector, out byte[]? vector) && vector.Length == 4 * index.Dimensions);

    object?[] Search(string[] words, byte[][] command)
    {
        SearchIndex index = Index(words[1]);
        if (words is [_, _, "*", "LIMIT", "0", "0", "TIMEOUT", _, "DIALECT", "2"])
            return [Documents(index).Count()];
        Match query = QueryText().Match(words[2]);
        Require(query.Success && words is [_, _, _, "PARAMS", "2", "vector", _, "SORTBY", _, "ASC", "RETURN", "3", _, _, _, "LIMIT", "0", _, "TIMEOUT", _, "DIALECT", "2"], "the query");
        float[] vector = Floats(command[6]);
        Func<Dictionary<string, byte[]>, bool> filter = query.Groups["filter"].Value == "*" ? _ => true : new FilterReader(query.Groups["filter"].Value, index).Read();
        string score = query.Groups["score"].Value;
        var found = Documents(index).Where(each => filter(each.Value))
            .Select(each => (each.Key, Fields: each.Value, Distance: Distance(index.Metric, vector, Floats(each.Value[index.Vector]))))
            .OrderBy(each => each.Distance).Take(int.Parse(query.Groups["count"].Value, CultureInfo.InvariantCulture)).ToArray();
        return [found.Length, .. found.SelectMany(each => Going is { } going && each.Key.EndsWith(going, StringComparison.Ordinal) ? (object?[])[null, null] : [each.Key, words[12..15].SelectMany(field => (object[])[field, field == score ? each.Distance.ToString("R", CultureInfo.InvariantCulture) : each.Fields[field]]).ToArray()])];
    }

    /// <summary>As RediSearch measures: 1 less the cosine or the product, and the square of the Euclidean distance.</summary>
    static double Distance(VectorMetric metric, float[] one, float[] other)
    {
        double score = ExactIndex.Score(metric, one, other);
        return metric == VectorMetric.Euclidean ? score * score : 1 - score;
    }

    static float[] Floats(byte[] bytes) => [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4 * i)))];

    static void Require(bool isTrue, string problem)
    {
        if (!isTrue)
            throw new FormatException($"Syntax error: {problem}");
    }

    [GeneratedRegex(@"^(?<filter>.*)=>\[KNN (?<count>\d+) @\w+ \$vector AS (?<score>\w+)\]\z")]
    private static partial Regex QueryText();

    sealed record SearchIndex(string Prefix, string Vector, int Dimensions, VectorMetric Metric, string Tags)
    {
        public HashSet<string> Fields { get; } = [];
    }

    /// <summary>Reads filters: tags, ranges of numbers, a minus for "not", a bar for "or", a space for "and", parentheses.</summary>
    sealed partial class FilterReader
    {
        readonly SearchIndex _index;
        readonly string[] _tokens;
        int _next;

        public FilterReader(string filter, SearchIndex index)
        {
            _index = index;
            MatchCollection found = Token().Matches(filter);
            Require(found.Sum(match => match.Length) == filter.Length, filter);
            _tokens = [.. found.Select(match => match.Value)];
        }

        public Func<Dictionary<string, byte[]>, bool> Read()
        {
            Func<Dictionary<string, byte[]>, bool> first = Term();
            if (_next == _tokens.Length || _tokens[_next] == ")")
                return first;
            string sign = _tokens[_next];
            List<Func<Dictionary<string, byte[]>, bool>> all = [first];
            while (_next < _tokens.Length && _tokens[_next] == sign)
            {
                _next++;
                all.Add(Term());
            }

            return sign == " " ? document => all.All(one => one(document)) : document => all.Any(one => one(document));
        }

        Func<Dictionary<string, byte[]>, bool> Term()
        {
            string token = _tokens[_next++];
            if (token == "-")
            {
                Func<Dictionary<string, byte[]>, bool> not = Term();
                return document => !not(document);
            }

            if (token == "(")
            {
                Func<Dictionary<string, byte[]>, bool> inner = Read();
                Require(_tokens[_next++] == ")", "a closing parenthesis");
                return inner;
            }

            string field = token[1..token.IndexOf(':', StringComparison.Ordinal)], value = token[(token.IndexOf(':', StringComparison.Ordinal) + 2)..^1];
            Require(_index.Fields.Contains(field), $"unknown field {field}");
            if (field == _index.Tags)
                return document => Encoding.UTF8.GetString(document[field]).Split(',').Contains(value);
            string[] bounds = value.Split(' ');
            (double low, bool isAbove) = Bound(bounds[0]);
            (double high, bool isBelow) = Bound(bounds[1]);
            return document => document.TryGetValue(field, out byte[]? text) && double.Parse(text, CultureInfo.InvariantCulture) is var number && (isAbove ? number > low : number >= low) && (isBelow ? number < high : number <= high);
        }

        static (double Bound, bool IsOpen) Bound(string text) => text switch
        {
            "-inf" => (double.NegativeInfinity, false),
            "+inf" => (double.PositiveInfinity, false),
            ['(', ..] => (double.Parse(text[1..], CultureInfo.InvariantCulture), true),
            _ => (double.Parse(text, CultureInfo.InvariantCulture), false),
        };

        [GeneratedRegex(@"@\w+:\{[0-9a-z]+\}|@\w+:\[[^\]]+\]|[()\-| ]")]
        private static partial Regex Token();
    }
}
