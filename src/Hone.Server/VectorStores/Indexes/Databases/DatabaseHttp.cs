using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hone.Data.Endpoints;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>
/// Requests and answers in JSON over HTTP. What may pass (429, 503) is sent again, later each time and not before the database's <c>Retry-After</c>; a connection that
/// broke is made anew once, since every request may be repeated. Keys appear in no message.
/// </summary>
/// <param name="system">The name of the system, for messages.</param>
/// <param name="key">The secret, which messages hide.</param>
/// <param name="keyVariable">Where the secret belongs, for messages.</param>
/// <param name="handler">Carries the requests; disposed with this.</param>
sealed class DatabaseHttp(string system, Uri root, string? key, string keyVariable, HttpMessageHandler? handler = null, TimeProvider? clock = null) : IDisposable
{
    const int Retries = 5;
    const int ShownCharacters = 300;

    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    static readonly JsonDocumentOptions Deep = new() { MaxDepth = 128 };

    readonly TimeProvider _clock = clock ?? TimeProvider.System;

    // No redirect: a post would be turned into a get, and the key could go elsewhere.
    readonly HttpClient _http = new(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(20) }) { BaseAddress = root, Timeout = Timeout };

    /// <summary>Headers of every request.</summary>
    public HttpRequestHeaders Headers => _http.DefaultRequestHeaders;

    /// <summary>What the path of a request cannot hold as it is.</summary>
    public static string Escape(string name) => Uri.EscapeDataString(name);

    /// <summary>The bytes of a JSON text.</summary>
    public static byte[] Json(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes))
            write(json);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>The answer's JSON, null where it has none.</summary>
    /// <param name="path">Relative to the root or absolute, already escaped.</param>
    /// <param name="body">Writes the body, an object or an array; null for none.</param>
    /// <exception cref="DatabaseRefusal">The database did not do it.</exception>
    /// <exception cref="HoneException">The database cannot be reached, or its answer is no JSON.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, Action<Utf8JsonWriter>? body, CancellationToken cancel)
    {
        using HttpResponseMessage response = await SendBytesAsync(method, path, body is null ? null : Json(body), "application/json", HttpCompletionOption.ResponseContentRead, cancel);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(cancel);
        if (answer.Length == 0)
            return default;
        try
        {
            using var document = JsonDocument.Parse(answer, Deep);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new HoneException(Text.Of($"{Place} answered {Path(path)} with what is no JSON. Is another program at that address?", $"{Place} 对 {Path(path)} 的回答不是 JSON。该地址上是否是其他程序？"), error);
        }
    }

    /// <summary>The same, null where the database says that there is no such thing (404).</summary>
    public async Task<JsonElement?> FindAsync(HttpMethod method, string path, Action<Utf8JsonWriter>? body, CancellationToken cancel)
    {
        try
        {
            return await SendAsync(method, path, body, cancel);
        }
        catch (DatabaseRefusal refusal) when (refusal.Status == 404)
        {
            return null;
        }
    }

    /// <summary>The answer as it comes, once its status says that it succeeded.</summary>
    public async Task<HttpResponseMessage> SendBytesAsync(HttpMethod method, string path, byte[]? body, string contentType, HttpCompletionOption completion, CancellationToken cancel)
    {
        bool isSecondTry = false;
        for (int failures = 0; ;)
        {
            HttpResponseMessage response;
            try
            {
                using HttpRequestMessage request = new(method, path);
                if (body is not null)
                    request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };
                response = await _http.SendAsync(request, completion, cancel);
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                if (!isSecondTry)
                {
                    isSecondTry = true;
                    continue;
                }

                string reason = OneLine.Of((error.InnerException ?? error).Message, ShownCharacters).TrimEnd('.');
                throw new HoneException(Text.Of($"{Place} cannot be reached: {reason}. Is it running, and is the address right?", $"无法连接 {Place}：{reason}。它是否在运行，地址是否正确？"), error);
            }
            catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
            {
                throw new HoneException(Text.Of($"{Place} gave no answer within {Timeout.TotalSeconds:0} seconds. Try again when it has less to do.", $"{Place} 在 {Timeout.TotalSeconds:0} 秒内没有回答。请在其空闲时重试。"), error);
            }

            if (response.IsSuccessStatusCode)
                return response;
            using (response)
            {
                TimeSpan wait = RetryAfter.Of(response.Headers, _clock.GetUtcNow()) ?? FirstWait * Math.Pow(2, failures);
                if ((int)response.StatusCode is not (429 or 503) || failures++ == Retries || wait > LongestRetryAfter)
                    throw Refusal((int)response.StatusCode, path, await response.Content.ReadAsByteArrayAsync(cancel));
                await Task.Delay(wait, _clock, cancel);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What a database says of a failure in an answer that HTTP calls a success, or not.</summary>
    public DatabaseRefusal Refusal(int status, string path, byte[] body) => Refusal(status, path, MessageOf(body));

    /// <inheritdoc cref="Refusal(int, string, byte[])"/>
    public DatabaseRefusal Refusal(int status, string path, string said)
    {
        string message = DatabaseKey.Hide(OneLine.Of(said, ShownCharacters), key).TrimEnd('.', '。');
        string told = message.Length > 0 ? $" ({message})" : "";
        return new DatabaseRefusal(status, status switch
        {
            401 or 403 => Text.Of($"{Place} does not let you in: {status}{told}. Put a key that may do this into the variable {keyVariable}.", $"{Place} 拒绝访问：{status}{told}。请在环境变量 {keyVariable} 中放入有权限的密钥。"),
            429 or 503 => Text.Of($"{Place} has too much to do: {status}{told}. Try again later.", $"{Place} 过于繁忙：{status}{told}。请稍后重试。"),
            _ => Text.Of($"{Place} refused {Path(path)}: {status}{told}.", $"{Place} 拒绝了 {Path(path)}：{status}{told}。"),
        });
    }

    string Place => Text.Of($"{system} at {_http.BaseAddress!.Host}:{_http.BaseAddress.Port}", $"{_http.BaseAddress!.Host}:{_http.BaseAddress.Port} 的 {system}");

    static string Path(string path) => OneLine.Of(Uri.UnescapeDataString(path.Split('?')[0]), ShownCharacters);

    /// <summary>Every system has another place for its words.</summary>
    static string MessageOf(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Words(document.RootElement) ?? "";
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(body);
        }
    }

    static string? Words(JsonElement said) => said.ValueKind switch
    {
        JsonValueKind.String => said.GetString(),
        JsonValueKind.Array when said.GetArrayLength() > 0 => Words(said[0]),
        JsonValueKind.Object => ((string[])["message", "error", "errors", "status", "detail"]).Select(name => said.TryGetProperty(name, out JsonElement inner) ? Words(inner) : null).FirstOrDefault(words => words is not null),
        _ => null,
    };
}
