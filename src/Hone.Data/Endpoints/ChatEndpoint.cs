using System.Net.Http.Headers;
using Hone.Engine;

namespace Hone.Data.Endpoints;

/// <summary>
/// A chat model behind any OpenAI-compatible endpoint. What may pass (429, 5xx, a lost connection, a broken answer) is asked again, later each time and not before
/// the endpoint's <c>Retry-After</c>; the key appears in no message.
/// </summary>
public sealed class ChatEndpoint : IDisposable
{
    const long LongestAnswer = 16 << 20;
    const string Hidden = "***";
    const int ShownCharacters = 300;

    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    readonly EndpointSettings _settings;
    readonly TimeProvider _clock;
    readonly HttpClient _http;
    readonly Lock _lock = new();
    volatile EndpointDialect _dialect = EndpointDialect.Usual;
    DateTimeOffset _closedUntil;

    /// <param name="handler">Carries the requests; it is disposed with the endpoint.</param>
    public ChatEndpoint(EndpointSettings settings, HttpMessageHandler? handler = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _clock) = (settings, clock ?? TimeProvider.System);
        // No redirect: a post would be turned into a get, and the key could go elsewhere.
        _http = new HttpClient(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = settings.Timeout, MaxResponseContentBufferSize = LongestAnswer };
        if (settings.ApiKey is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.ApiKey);
    }

    public string Model => _settings.Model;

    /// <exception cref="EndpointException">There was no answer, also after all retries.</exception>
    public async Task<ChatReply> AskAsync(ChatQuestion question, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(question);
        int failures = 0;
        while (true)
        {
            await WaitUntilOpen(cancel);
            EndpointDialect dialect = _dialect;
            EndpointAnswer answer = await SendAsync(question, dialect, cancel);
            if (answer.Reply is { } reply)
                return reply;
            if (dialect.After(answer.Parameter) is { } learned)
            {
                _dialect = learned;
                continue;
            }

            if (!answer.MayPass || failures == _settings.Retries || answer.RetryAfter > LongestRetryAfter)
                throw Failure(answer, failures);
            await Wait(answer.RetryAfter, failures++, cancel);
        }
    }

    public void Dispose() => _http.Dispose();

    async Task<EndpointAnswer> SendAsync(ChatQuestion question, EndpointDialect dialect, CancellationToken cancel)
    {
        try
        {
            using ByteArrayContent content = new(question.ToJson(_settings.Model, dialect));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using HttpResponseMessage response = await _http.PostAsync(_settings.Url, content, cancel);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancel);
            return EndpointAnswer.Of(response.StatusCode, response.Headers, body, question, _clock.GetUtcNow());
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return EndpointAnswer.Unreachable((error.InnerException ?? error).Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return EndpointAnswer.Unreachable(Text.Of($"no answer within {_settings.Timeout.TotalSeconds:0} seconds", $"{_settings.Timeout.TotalSeconds:0} 秒内没有回答"));
        }
    }

    /// <summary>What the endpoint asks for holds for all questions; what is only guessed, for this one.</summary>
    async Task Wait(TimeSpan? asked, int failures, CancellationToken cancel)
    {
        if (asked is not { } wait)
        {
            await Task.Delay(FirstWait * Math.Min(Math.Pow(2, failures), LongestWait / FirstWait), _clock, cancel);
            return;
        }

        lock (_lock)
        {
            DateTimeOffset until = _clock.GetUtcNow() + wait;
            _closedUntil = until > _closedUntil ? until : _closedUntil;
        }
    }

    async Task WaitUntilOpen(CancellationToken cancel)
    {
        TimeSpan left;
        lock (_lock)
            left = _closedUntil - _clock.GetUtcNow();
        if (left > TimeSpan.Zero)
            await Task.Delay(left, _clock, cancel);
    }

    EndpointException Failure(EndpointAnswer answer, int failures)
    {
        // Hidden first: what is left of a key that was cut is not found.
        string problem = OneLine.Of(Hide(answer.Problem!), ShownCharacters).TrimEnd('.', '。');
        string tries = failures > 0 ? Text.Of($" ({failures + 1} tries)", $"（共尝试 {failures + 1} 次）") : "";
        string wait = answer.RetryAfter > LongestRetryAfter ? Text.Of($" It asks to wait {answer.RetryAfter.Value.TotalMinutes:0} minutes: run again then.", $"它要求等待 {answer.RetryAfter.Value.TotalMinutes:0} 分钟：请到时再运行。") : "";
        // What stands before the host or behind the path may be a secret.
        string address = _settings.Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return new EndpointException(Text.Of($"{address} gave no answer{tries}: {problem}.{wait}", $"{address} 没有给出回答{tries}：{problem}。{wait}"))
        {
            ConcernsAll = answer.ConcernsAll,
        };
    }

    /// <summary>Endpoints like to repeat the key that they refuse.</summary>
    string Hide(string problem) => _settings.ApiKey is { Length: > 0 } key ? problem.Replace(key, Hidden, StringComparison.Ordinal) : problem;
}
