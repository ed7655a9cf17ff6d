using System.Net;
using System.Text.Json.Nodes;
using Hone.Engine;
using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Http;
using Hone.Server.Storage;
using Hone.Server.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Files;

public sealed class FileReportTests
{
    const string Good = """{"messages": [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "Hi"}]}""" + "\n";
    const string Bad = """{"messages": [{"role": "bot", "content": "<b>"}, {"role": "assistant", "content": "Hi", "weight": 7}]}""" + "\n";

    [Fact]
    public async Task A_report_names_every_problem_of_a_file()
    {
        await using TestServer server = await TestServer.StartAsync();
        string id = await Upload(server, Good + Bad + Bad);

        JsonNode report = await TestServer.JsonOf(await server.GetAsync($"/v1/hone/files/{id}/report"));

        (report["file"]!.GetValue<string>(), report["kind"]!.GetValue<string>(), report["examples"]!.GetValue<int>(), report["errors"]!.GetValue<int>()).ShouldBe(("训练.jsonl", "chat", 3, 5));
        report["findings"]!.AsArray().Select(group => (group!["code"]!.GetValue<string>(), group["severity"]!.GetValue<string>(), group["count"]!.GetValue<int>()))
            .ShouldBe([("invalid_weight", "error", 2), ("unrecognized_role", "error", 2), ("too_few_examples", "error", 1), ("missing_system", "warning", 1)]);
        JsonNode finding = report["findings"]![1]!["shown"]![0]!;
        (finding["line"]!.GetValue<int>(), finding["field"]!.GetValue<string>(), finding["what"]!.GetValue<string>()).ShouldBe((2, "messages[0].role", "message 1 has the role \"bot\""));
        report["tokens"]!["total"]!["count"]!.GetValue<int>().ShouldBe(1);
        report["tokens"]!["costs"]!.AsArray().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Pairs_of_texts_are_reported_on_as_such()
    {
        await using TestServer server = await TestServer.StartAsync();
        string id = await Upload(server, string.Concat(Enumerable.Range(0, 12).Select(i => $$"""{"anchor": "a{{i}}", "positive": "b"}""" + "\n")));

        JsonNode report = await TestServer.JsonOf(await server.GetAsync($"/v1/hone/files/{id}/report"));

        (report["kind"]?.GetValue<string>(), report["examples"]!.GetValue<int>(), report["errors"]!.GetValue<int>()).ShouldBe((null, 12, 0));
        (report["pairs"]!["kind"]!.GetValue<string>(), report["pairs"]!["characters"]![0]!["field"]!.GetValue<string>()).ShouldBe(("matching", "anchor"));
    }

    [Fact]
    public async Task A_report_is_a_page_for_those_who_accept_one_and_in_the_language_that_is_asked_for()
    {
        await using TestServer server = await TestServer.StartAsync();
        string id = await Upload(server, Good + Bad);

        HttpResponseMessage page = await Get(server, $"/v1/hone/files/{id}/report?lang=zh", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        HttpResponseMessage json = await Get(server, $"/v1/hone/files/{id}/report?lang=zh", "*/*");

        page.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        page.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; style-src 'unsafe-inline'"]);
        string html = await page.Content.ReadAsStringAsync();
        html.ShouldContain("训练.jsonl 的检查报告");
        html.ShouldContain("该文件目前无法用于训练");
        html.ShouldContain("消息 1 的角色是");
        json.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await json.Content.ReadAsStringAsync()).ShouldContain("消息 1 的角色是");
    }

    [Fact]
    public async Task A_report_is_made_once_and_goes_with_its_file()
    {
        await using TestServer server = await TestServer.StartAsync();
        string id = await Upload(server, Good);
        string folder = Path.Combine(server.DataRoot, "reports");

        string first = await (await server.GetAsync($"/v1/hone/files/{id}/report")).Content.ReadAsStringAsync();
        DateTime made = File.GetLastWriteTimeUtc(Path.Combine(folder, $"{id}.en.json"));
        await server.GetAsync($"/v1/hone/files/{id}/report?lang=zh");
        string second = await (await server.GetAsync($"/v1/hone/files/{id}/report")).Content.ReadAsStringAsync();

        second.ShouldBe(first);
        Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe([$"{id}.en.json", $"{id}.zh.json"]);
        File.GetLastWriteTimeUtc(Path.Combine(folder, $"{id}.en.json")).ShouldBe(made);
        await server.SendAsync(HttpMethod.Delete, $"/v1/files/{id}");
        Directory.GetFiles(folder).ShouldBeEmpty();
        (await server.GetAsync($"/v1/hone/files/{id}/report")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Reports_are_made_when_a_file_comes_before_anybody_asks()
    {
        await using TestServer server = await TestServer.StartAsync();
        string folder = Path.Combine(server.DataRoot, "reports");

        string id = await Upload(server, Good);
        string other = await Upload(server, "x", purpose: "user_data");
        await UntilMade(server, id);

        DateTime made = File.GetLastWriteTimeUtc(Path.Combine(folder, $"{id}.en.json"));
        await server.GetAsync($"/v1/hone/files/{id}/report");
        File.GetLastWriteTimeUtc(Path.Combine(folder, $"{id}.en.json")).ShouldBe(made);
        Directory.GetFiles(folder, other + "*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Reports_that_a_stopped_server_left_undone_are_made_by_the_next()
    {
        await using TestServer server = await TestServer.StartAsync();
        string id = await Upload(server, Good);
        await UntilMade(server, id);
        string[] paths = Directory.GetFiles(Path.Combine(server.DataRoot, "reports"));
        foreach (string path in paths)
            File.Delete(path);

        using FileReports reports = new(server.Services.GetRequiredService<DataFolder>(), server.Services.GetRequiredService<FileStore>(), new ServerSettings());
        using FileReportQueue next = new(server.Services.GetRequiredService<FileStore>(), reports, NullLogger<FileReportQueue>.Instance);
        await next.StartAsync(TestContext.Current.CancellationToken);

        await UntilMade(server, id);
        await next.StopAsync(TestContext.Current.CancellationToken);
        paths.ShouldAllBe(path => File.Exists(path));
    }

    [Fact]
    public async Task A_report_on_a_file_that_was_deleted_meanwhile_does_not_stay()
    {
        await using TestServer server = await TestServer.StartAsync();
        string id = await Upload(server, Good);
        await UntilMade(server, id);
        var files = server.Services.GetRequiredService<FileStore>();
        StoredFile file = files.ListNewest(FilePurposes.FineTune, 1).ShouldHaveSingleItem();
        byte[] content = await File.ReadAllBytesAsync(files.PathOf(file), TestContext.Current.CancellationToken);
        await server.SendAsync(HttpMethod.Delete, $"/v1/files/{id}");
        await File.WriteAllBytesAsync(files.PathOf(file), content, TestContext.Current.CancellationToken); // as while somebody still reads it

        await Should.ThrowAsync<HoneException>(() => server.Services.GetRequiredService<FileReports>().GetAsync(file, "en", TestContext.Current.CancellationToken));

        Directory.GetFiles(Path.Combine(server.DataRoot, "reports")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_report_that_cannot_be_read_is_made_again()
    {
        await using TestServer server = await TestServer.StartAsync();
        string id = await Upload(server, Good);
        string first = await (await server.GetAsync($"/v1/hone/files/{id}/report")).Content.ReadAsStringAsync();
        await File.WriteAllTextAsync(Path.Combine(server.DataRoot, "reports", $"{id}.en.json"), "{}", TestContext.Current.CancellationToken);

        string again = await (await server.GetAsync($"/v1/hone/files/{id}/report")).Content.ReadAsStringAsync();

        again.ShouldBe(first);
    }

    [Fact]
    public async Task Reports_of_other_organisations_do_not_exist()
    {
        await using TestServer server = await TestServer.StartAsync();
        var keys = server.Services.GetRequiredService<ApiKeys>();
        (string ours, _) = keys.Create("", "ours", Role.Member);
        (string theirs, _) = keys.Create("", "theirs", Role.Owner);
        string id = await Upload(server, Good, key: ours);

        HttpResponseMessage look = await server.SendAsync(HttpMethod.Get, $"/v1/hone/files/{id}/report", key: theirs);

        look.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await TestServer.JsonOf(look))["error"]!["message"]!.GetValue<string>().ShouldBe($"No such File object: {id}");
        (await server.SendAsync(HttpMethod.Get, $"/v1/hone/files/{id}/report", key: ours)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("file-nothing", HttpStatusCode.NotFound)]
    [InlineData("..%2F..%2Fhone.db", HttpStatusCode.NotFound)]
    public async Task An_unknown_file_is_404(string id, HttpStatusCode status)
    {
        await using TestServer server = await TestServer.StartAsync();

        (await server.GetAsync($"/v1/hone/files/{id}/report")).StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task Other_purposes_and_other_languages_are_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        string other = await Upload(server, "x", purpose: "user_data");
        string id = await Upload(server, Good);

        HttpResponseMessage purpose = await server.GetAsync($"/v1/hone/files/{other}/report");
        HttpResponseMessage language = await server.GetAsync($"/v1/hone/files/{id}/report?lang=fr");

        purpose.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await TestServer.JsonOf(purpose))["error"]!["message"]!.GetValue<string>().ShouldBe($"The file {other} has the purpose 'user_data'; only files for 'fine-tune' have a report.");
        language.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Reports_without_a_file_are_swept_away()
    {
        ShiftedClock clock = new();
        await using TestServer server = await TestServer.StartAsync(options => options with { Clock = clock });
        string id = await Upload(server, Good);
        await UntilMade(server, id);
        string folder = Path.Combine(server.DataRoot, "reports");
        await File.WriteAllTextAsync(Path.Combine(folder, "file-gone.en.json"), "{}", TestContext.Current.CancellationToken);

        clock.Shift = TimeSpan.FromDays(2);
        server.Services.GetRequiredService<FileStore>().Sweep();

        Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe([$"{id}.en.json", $"{id}.zh.json"]);
    }

    /// <summary>Waits until the file has all of its reports.</summary>
    static async Task UntilMade(TestServer server, string id)
    {
        while (!FileReports.Languages.All(language => File.Exists(Path.Combine(server.DataRoot, "reports", $"{id}.{language}.json"))))
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    static async Task<string> Upload(TestServer server, string content, string purpose = "fine-tune", string? key = null)
    {
        MultipartFormDataContent form = new() { { new StringContent(content), "file", "训练.jsonl" }, { new StringContent(purpose), "purpose" } };
        return (await TestServer.JsonOf(await server.SendAsync(HttpMethod.Post, "/v1/files", form, key)))["id"]!.GetValue<string>();
    }

    static Task<HttpResponseMessage> Get(TestServer server, string path, string accept)
    {
        HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return server.Http.SendAsync(request);
    }
}
