using System.Net;
using System.Text;
using System.Text.Json;
using Hone.Engine;
using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Indexes.Databases;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases;

public sealed class DatabaseHttpTests
{
    readonly Queue<Func<HttpResponseMessage>> _answers = [];
    readonly NotedWaits _clock = new();
    int _requests;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_that_has_too_much_to_do_is_asked_again_when_it_says_so()
    {
        _answers.Enqueue(() => Answer(HttpStatusCode.TooManyRequests, "{}", retryAfterSeconds: 7));
        _answers.Enqueue(() => Answer(HttpStatusCode.ServiceUnavailable, "{}"));
        _answers.Enqueue(() => Answer(HttpStatusCode.OK, "{\"a\": 1}"));
        using DatabaseHttp http = Connect();

        (await http.SendAsync(HttpMethod.Get, "/x", null, Cancel)).GetProperty("a").GetInt32().ShouldBe(1);

        _clock.Waits.ShouldBe([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(1)]);
    }

    [Fact]
    public async Task It_is_not_asked_for_ever_nor_after_a_day()
    {
        using DatabaseHttp http = Connect();
        for (int i = 0; i < 20; i++)
            _answers.Enqueue(() => Answer(HttpStatusCode.TooManyRequests, "{\"message\": \"slow down\"}"));

        (await Should.ThrowAsync<HoneException>(() => http.SendAsync(HttpMethod.Get, "/x", null, Cancel))).Message.ShouldBe("Test at db.test:80 has too much to do: 429 (slow down). Try again later.");
        _requests.ShouldBe(6);

        _answers.Clear();
        _answers.Enqueue(() => Answer(HttpStatusCode.TooManyRequests, "{}", retryAfterSeconds: 86_400));
        await Should.ThrowAsync<HoneException>(() => http.SendAsync(HttpMethod.Get, "/x", null, Cancel));
    }

    [Theory]
    [InlineData("{\"error\": \"no key geheim-7 here\"}")]
    [InlineData("{\"status\": {\"error\": \"no key geheim-7 here\"}}")]
    [InlineData("{\"error\": [{\"message\": \"no key geheim-7 here\"}]}")]
    [InlineData("no key geheim-7 here")]
    public async Task A_key_that_is_refused_is_asked_for_by_its_variable_and_never_shown(string said)
    {
        _answers.Enqueue(() => Answer(HttpStatusCode.Unauthorized, said));
        using DatabaseHttp http = Connect();

        HoneException error = await Should.ThrowAsync<HoneException>(() => http.SendAsync(HttpMethod.Get, "/x", null, Cancel));

        error.Message.ShouldBe("Test at db.test:80 does not let you in: 401 (no key *** here). Put a key that may do this into the variable TEST_KEY.");
    }

    [Fact]
    public async Task What_is_forbidden_need_not_be_the_keys_fault()
    {
        _answers.Enqueue(() => Answer(HttpStatusCode.Forbidden, """{"error": {"code": "FORBIDDEN", "message": "Deletion protection is enabled."}, "status": 403}"""));
        using DatabaseHttp http = Connect();

        (await Should.ThrowAsync<HoneException>(() => http.SendAsync(HttpMethod.Delete, "/indexes/docs", null, Cancel))).Message
            .ShouldBe("Test at db.test:80 forbids /indexes/docs: 403 (Deletion protection is enabled). If it is the key that may not do this, put another into the variable TEST_KEY.");
    }

    [Fact]
    public async Task A_connection_that_broke_is_made_anew_once()
    {
        _answers.Enqueue(() => throw new HttpRequestException("reset"));
        _answers.Enqueue(() => Answer(HttpStatusCode.OK, "{}"));
        using DatabaseHttp http = Connect();

        await http.SendAsync(HttpMethod.Get, "/x", null, Cancel);

        _answers.Enqueue(() => throw new HttpRequestException("reset"));
        _answers.Enqueue(() => throw new HttpRequestException("reset"));
        (await Should.ThrowAsync<HoneException>(() => http.SendAsync(HttpMethod.Get, "/x", null, Cancel))).Message.ShouldBe("Test at db.test:80 cannot be reached: reset. Is it running, and is the address right?");
    }

    [Fact]
    public async Task What_is_no_JSON_is_said()
    {
        _answers.Enqueue(() => Answer(HttpStatusCode.OK, "<html>"));
        using DatabaseHttp http = Connect();

        (await Should.ThrowAsync<HoneException>(() => http.SendAsync(HttpMethod.Get, "/a%20b", null, Cancel))).Message.ShouldBe("Test at db.test:80 answered /a b with what is no JSON. Is another program at that address?");
    }

    [Fact]
    public async Task A_database_that_moved_is_said_and_not_followed()
    {
        _answers.Enqueue(() => Answer(HttpStatusCode.PermanentRedirect, ""));
        using DatabaseHttp http = Connect();

        (await Should.ThrowAsync<HoneException>(() => http.SendAsync(HttpMethod.Get, "/x", null, Cancel))).Message.ShouldBe("Test at db.test:80 sends /x on to another address: 308. Write that address, perhaps with https.");
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_said()
    {
        _answers.Enqueue(() => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new BrokenStream("one\ntwo\n")) });
        using DatabaseHttp http = Connect();
        List<string> lines = [];

        HoneException error = await Should.ThrowAsync<HoneException>(async () =>
        {
            await foreach (string line in http.LinesAsync(HttpMethod.Get, "/x", null, Cancel))
                lines.Add(line);
        });

        error.Message.ShouldBe("Test at db.test:80 cannot be reached: reset. Is it running, and is the address right?");
        lines.ShouldBe(["one", "two"]);
    }

    [Theory]
    [InlineData("{}", "no \"a\"")]
    [InlineData("[]", "no \"a\"")]
    [InlineData("{\"a\": 1}", "no list where one is expected")]
    public async Task An_answer_of_another_interface_is_said(string answer, string problem)
    {
        _answers.Enqueue(() => Answer(HttpStatusCode.OK, answer));
        using DatabaseHttp http = Connect();
        JsonElement found = await http.SendAsync(HttpMethod.Get, "/x", null, Cancel);

        Should.Throw<HoneException>(() => found.Member("a").Elements()).Message.ShouldBe($"The database's answer has {problem}. Is another program at that address, or a version that Hone does not know?");
    }

    [Fact]
    public async Task A_collection_that_is_never_ready_is_not_waited_for_forever()
    {
        using DatabaseHttp http = Connect();

        (await Should.ThrowAsync<HoneException>(() => http.WaitUntilReadyAsync(new VectorCollection("docs", 2, VectorMetric.Cosine), () => Task.FromResult(false), Cancel))).Message
            .ShouldBe("Test at db.test:80 made \"docs\", which is not ready after two minutes. Try again later.");

        _clock.Waits.Sum(wait => wait.TotalSeconds).ShouldBe(120);
    }

    [Theory, InlineData(" geheim\n", "geheim"), InlineData("密钥", null), InlineData("a\u0001b", null)]
    public void A_key_of_a_header_is_letters_of_headers(string value, string? expected)
    {
        const string Variable = "HONE_TEST_KEY_OF_A_HEADER";
        Environment.SetEnvironmentVariable(Variable, value);

        if (expected is not null)
            DatabaseKey.OfHeader(Variable).ShouldBe(expected);
        else
            Should.Throw<HoneException>(() => DatabaseKey.OfHeader(Variable)).Message.ShouldBe($"The variable {Variable} has letters that no key has. Copy the key into it again.");
    }

    [Fact]
    public void Words_of_an_address_are_joined_up_to_its_length() =>
        RecordBatches.Joined(["aa", "b", "cccccc", "d", "ee"], '&', 5).ShouldBe(["aa&b", "cccccc", "d&ee"]);

    [Theory]
    [InlineData("docs", "docs")]
    [InlineData("产品", "hone__e4_ba_a7_e5_93_81")]
    [InlineData("hone_x", "hone_hone_5fx")]
    [InlineData("a b/c", "hone_a_20b_2fc")]
    public void Names_that_are_not_taken_are_translated_and_back(string name, string expected)
    {
        ForeignName names = new("hone_", 40, hasCapitals: true, text => text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'));

        names.Of(name).ShouldBe(expected);
        names.Back(expected).ShouldBe(name);
    }

    [Fact]
    public void Names_that_would_be_too_long_differ_still()
    {
        ForeignName names = new("hone_", 45, hasCapitals: true, _ => false);
        string one = names.Of(new string('长', 60)), other = names.Of(new string('长', 61));

        one.Length.ShouldBeLessThanOrEqualTo(45);
        one.ShouldNotBe(other);
        names.Back(one).ShouldBe(one);
    }

    [Theory, InlineData("a\"b%c"), InlineData("100%"), InlineData("%22"), InlineData("plain.name"), InlineData("名\\称")]
    public void Names_of_metadata_come_back(string key)
    {
        EscapedKeys keys = new("\"\\");

        keys.Of(key).ShouldNotContain("\"");
        keys.Back(keys.Of(key)).ShouldBe(key);
    }

    DatabaseHttp Connect() => new("Test", new Uri("http://db.test"), "geheim-7", "TEST_KEY", "api-key", new Handler(this), _clock);

    static HttpResponseMessage Answer(HttpStatusCode status, string text, int? retryAfterSeconds = null)
    {
        HttpResponseMessage answer = new(status) { Content = new StringContent(text, Encoding.UTF8) };
        if (retryAfterSeconds is { } seconds)
            answer.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));
        return answer;
    }

    /// <summary>Ends as a connection does that is reset.</summary>
    sealed class BrokenStream(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is int read and > 0 ? read : throw new IOException("reset");
    }

    sealed class Handler(DatabaseHttpTests test) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._requests++;
            return Task.FromResult(test._answers.Dequeue()());
        }
    }
}
