using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
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
/// <param name="keyHeader">The header that carries the secret, in <c>Authorization</c> as a bearer.</param>
/// <param name="handler">Carries the requests; disposed with this.</param>
sealed class DatabaseHttp(string system, Uri root, string? key, string keyVariable, string keyHeader, HttpMessageHandler? handler = null, TimeProvider? clock = null) : IDisposable
{
    const int Retries = 5;
    const int ShownCharacters = 300;

    /// <summary>Whether a collection is ready: two minutes of questions.</summary>
    const int MostQuestions = 120;

    static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(1);
    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    static readonly JsonDocumentOptions Deep = new() { MaxDepth = 128 };

    readonly TimeProvider _clock = clock ?? TimeProvider.System;
    readonly HttpClient _http = Connect(root, key, keyHeader, handler);

    /// <summary>Headers of every request, the key's left aside.</summary>
    public HttpRequestHeaders Headers => _http.DefaultRequestHeaders;

    /// <summary>What the path of a request cannot hold as it is.</summary>
    public static string Escape(string name) => Uri.EscapeDataString(name);

    /// <summary>The answer's JSON, null where it has none.</summary>
    /// <param name="path">Relative to the root or absolute, already escaped.</param>
    /// <param name="members">Writes the members of the body's object; null for no body.</param>
    /// <exception cref="DatabaseRefusal">The database did not do it.</exception>
    /// <exception cref="HoneException">The database cannot be reached, or its answer is no JSON.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, Action<Utf8JsonWriter>? members, CancellationToken cancel)
    {
        using HttpResponseMessage response = await SendBytesAsync(method, path, members is null ? null : RecordJson.Object(members), "application/json", HttpCompletionOption.ResponseContentRead, cancel);
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
    public async Task<JsonElement?> FindAsync(HttpMethod method, string path, Action<Utf8JsonWriter>? members, CancellationToken cancel)
    {
        try
        {
            return await SendAsync(method, path, members, cancel);
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

                throw Unreachable(error);
            }
            catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
            {
                throw new HoneException(Text.Of($"{Place} gave no answer in time. Is the address right? If so, try again when it has less to do.", $"{Place} 没有及时回答。地址是否正确？若正确，请在其空闲时重试。"), error);
            }

            if (response.IsSuccessStatusCode)
                return response;
            using (response)
            {
                if ((int)response.StatusCode is not (429 or 503) || !await WaitAsync(failures++, RetryAfter.Of(response.Headers, _clock.GetUtcNow()), cancel))
                    throw Refusal((int)response.StatusCode, path, await response.Content.ReadAsByteArrayAsync(cancel));
            }
        }
    }

    /// <summary>The lines of an answer, as they come.</summary>
    /// <inheritdoc cref="SendBytesAsync"/>
    public async IAsyncEnumerable<string> LinesAsync(HttpMethod method, string path, byte[]? body, [EnumeratorCancellation] CancellationToken cancel)
    {
        using HttpResponseMessage response = await SendBytesAsync(method, path, body, "application/octet-stream", HttpCompletionOption.ResponseHeadersRead, cancel);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(cancel), Encoding.UTF8);
        while (true)
        {
            string? line;
            try
            {
                // Once the head of an answer has come, the client's own limit of time is over.
                line = await reader.ReadLineAsync(cancel).AsTask().WaitAsync(Timeout, _clock, cancel);
            }
            catch (Exception error) when (error is IOException or TimeoutException)
            {
                throw Unreachable(error);
            }

            if (line is null)
                yield break;
            if (line.Length > 0)
                yield return line;
        }
    }

    /// <summary>Waits before a request that was refused for now is sent again.</summary>
    /// <param name="failures">How often it was refused before.</param>
    /// <param name="asked">How long the database asks to wait.</param>
    /// <returns>False, and at once, where it is time to give up.</returns>
    public async Task<bool> WaitAsync(int failures, TimeSpan? asked, CancellationToken cancel)
    {
        TimeSpan wait = asked ?? FirstWait * Math.Pow(2, failures);
        if (failures == Retries || wait > LongestRetryAfter)
            return false;
        await Task.Delay(wait, _clock, cancel);
        return true;
    }

    /// <summary>Waits until a collection that was made can be used, some seconds as a rule.</summary>
    /// <exception cref="HoneException">It takes minutes.</exception>
    public async Task WaitUntilReadyAsync(VectorCollection collection, Func<Task<bool>> isReady, CancellationToken cancel)
    {
        for (int attempt = 0; !await isReady(); attempt++)
        {
            if (attempt == MostQuestions)
                throw new HoneException(Text.Of($"{Place} made \"{collection.Name}\", which is not ready after two minutes. Try again later.", $"{Place} 已创建“{collection.Name}”，但两分钟后仍未就绪。请稍后重试。"));
            await Task.Delay(BetweenQuestions, _clock, cancel);
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
            401 => Text.Of($"{Place} does not let you in: {status}{told}. Put a key that may do this into the variable {keyVariable}.", $"{Place} 拒绝访问：{status}{told}。请在环境变量 {keyVariable} 中放入有权限的密钥。"),
            // Not the key's fault alone: a quota, or a protection against deletion.
            403 => Text.Of($"{Place} forbids {Path(path)}: {status}{told}. If it is the key that may not do this, put another into the variable {keyVariable}.", $"{Place} 禁止 {Path(path)}：{status}{told}。若是密钥权限不足，请在环境变量 {keyVariable} 中换一个密钥。"),
            >= 300 and < 400 => Text.Of($"{Place} sends {Path(path)} on to another address: {status}. Write that address, perhaps with https.", $"{Place} 将 {Path(path)} 转到了其他地址：{status}。请改写为那个地址，可能需要 https。"),
            429 or 503 => Text.Of($"{Place} has too much to do: {status}{told}. Try again later.", $"{Place} 过于繁忙：{status}{told}。请稍后重试。"),
            _ => Text.Of($"{Place} refused {Path(path)}: {status}{told}.", $"{Place} 拒绝了 {Path(path)}：{status}{told}。"),
        });
    }

    static HttpClient Connect(Uri root, string? key, string keyHeader, HttpMessageHandler? handler)
    {
        // No redirect: a post would be turned into a get, and the key could go elsewhere.
        HttpClient http = new(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(20) }) { BaseAddress = root, Timeout = Timeout };
        if (key is not null)
            http.DefaultRequestHeaders.TryAddWithoutValidation(keyHeader, keyHeader == "Authorization" ? $"Bearer {key}" : key);
        return http;
    }

    HoneException Unreachable(Exception error)
    {
        string reason = OneLine.Of((error.InnerException ?? error).Message, ShownCharacters).TrimEnd('.');
        return new HoneException(Text.Of($"{Place} cannot be reached: {reason}. Is it running, and is the address right?", $"无法连接 {Place}：{reason}。它是否在运行，地址是否正确？"), error);
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
