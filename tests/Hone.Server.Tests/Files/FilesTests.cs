using System.ClientModel;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenAI.Files;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Files;

public sealed class FilesTests
{
    const string Line = """{"messages": [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "Hi"}]}""" + "\n";

    [Fact]
    public async Task The_official_client_uploads_lists_reads_and_deletes_a_file()
    {
        await using TestServer server = await TestServer.StartAsync();
        OpenAIFileClient client = server.Client().GetOpenAIFileClient();

        OpenAIFile made = await client.UploadFileAsync(new MemoryStream(Encoding.UTF8.GetBytes(Line)), "训练 data é.jsonl", FileUploadPurpose.FineTune);
        OpenAIFile found = await client.GetFileAsync(made.Id);
        OpenAIFileCollection all = await client.GetFilesAsync(FilePurpose.FineTune);
        OpenAIFileCollection others = await client.GetFilesAsync(FilePurpose.Batch);
        BinaryData content = await client.DownloadFileAsync(made.Id);
        FileDeletionResult deleted = await client.DeleteFileAsync(made.Id);
        ClientResultException gone = await Should.ThrowAsync<ClientResultException>(async () => await client.GetFileAsync(made.Id));

        made.Id.ShouldMatch("^file-[0-9A-Za-z]{24}$");
        made.Filename.ShouldBe("训练 data é.jsonl");
        found.SizeInBytes.ShouldBe(Encoding.UTF8.GetByteCount(Line));
        found.Purpose.ShouldBe(FilePurpose.FineTune);
        all.Select(file => file.Id).ShouldBe([made.Id]);
        others.ShouldBeEmpty();
        content.ToString().ShouldBe(Line);
        deleted.Deleted.ShouldBeTrue();
        gone.Status.ShouldBe(404);
        Directory.GetFiles(Path.Combine(server.DataRoot, "files")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_form_as_the_npm_client_sends_it_is_understood()
    {
        await using TestServer server = await TestServer.StartAsync();
        string form = $"--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"expires_after[anchor]\"\r\n\r\ncreated_at\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"expires_after[seconds]\"\r\n\r\n7200\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"数据 %22x%22.jsonl\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            + """{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{}}""" + "\r\n--b--\r\n";

        JsonNode file = await TestServer.JsonOf(await Send(server, form));

        file["filename"]!.GetValue<string>().ShouldBe("数据 \"x\".jsonl");
        file["status"]!.GetValue<string>().ShouldBe("processed");
        file["status_details"].ShouldBeNull();
        (file["expires_at"]!.GetValue<long>() - file["created_at"]!.GetValue<long>()).ShouldBe(7200);
    }

    [Theory]
    [InlineData("fine-tune", "", """{"error":{"message":"Missing required parameter: 'file'.","type":"invalid_request_error","param":"file","code":"missing_required_parameter"},"detail":{"message":"Missing required parameter: 'file'.","code":"missing_required_parameter"}}""")]
    [InlineData("x", "{}", """{"error":{"message":"'x' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'","type":"invalid_request_error","param":"purpose","code":null},"detail":{"message":"'x' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'","code":null}}""")]
    [InlineData("fine-tune-results", "{}", """{"error":{"message":"'fine-tune-results' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'","type":"invalid_request_error","param":"purpose","code":null},"detail":{"message":"'fine-tune-results' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'","code":null}}""")]
    [InlineData("fine-tune", "\ufeff \n\n", """{"error":{"message":"The file is empty. A file for fine-tuning needs at least one line with a JSON dictionary.","type":"invalid_request_error","param":"file","code":null},"detail":{"message":"The file is empty. A file for fine-tuning needs at least one line with a JSON dictionary.","code":null}}""")]
    [InlineData("fine-tune", "{}\n\n  a,b\n", """{"error":{"message":"Expected file to have JSONL format, where every line is a JSON dictionary. Line 3 is not a dictionary (HINT: line starts with: \"a,b...\").","type":"invalid_request_error","param":null,"code":null},"detail":{"message":"Expected file to have JSONL format, where every line is a JSON dictionary. Line 3 is not a dictionary (HINT: line starts with: \"a,b...\").","code":null}}""")]
    public async Task Uploads_that_cannot_be_meant_are_refused_and_leave_nothing(string purpose, string content, string body)
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await Upload(server, purpose, content);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldBe(body);
        Directory.GetFiles(Path.Combine(server.DataRoot, "files")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET", "/v1/files/file-nothing")]
    [InlineData("GET", "/v1/files/file-nothing/content")]
    [InlineData("DELETE", "/v1/files/file-nothing")]
    public async Task An_unknown_file_is_404_everywhere(string method, string path)
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await server.SendAsync(new HttpMethod(method), path);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"error":{"message":"No such File object: file-nothing","type":"invalid_request_error","param":"id","code":null},"detail":{"message":"No such File object: file-nothing","code":null}}""");
    }

    [Theory]
    [InlineData("fine-tune", """{"messages": [{"role": "user", "content": "a"}, {"content": "b"}]}""", "Invalid file format. Example 1, message 2 Discriminator 'role' is missing in value (line 1): ")]
    [InlineData("fine-tune", """{"messages": """, "Example 1 cannot be parsed. Error: line contains invalid json: ")]
    [InlineData("batch", """{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions"}""", "Line 1: Missing required parameter: 'body'.")]
    public async Task A_file_with_a_bad_line_says_which_field_of_which_line_and_why(string purpose, string content, string problem)
    {
        await using TestServer server = await TestServer.StartAsync();

        JsonNode file = await TestServer.JsonOf(await Upload(server, purpose, content));

        file["status"]!.GetValue<string>().ShouldBe("error");
        file["status_details"]!.GetValue<string>().ShouldStartWith(problem);
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("..\\..\\a.txt", "a.txt")]
    [InlineData("..", "file")]
    [InlineData("a\u001b[31m%0D%0ASet-Cookie: x.jsonl", "a[31mSet-Cookie: x.jsonl")]
    public void A_filename_is_a_name_and_nothing_else(string sent, string kept) => StoredFile.CleanFilename(sent).ShouldBe(kept);

    [Theory]
    [InlineData("/v1/files/..%2F..%2Fhone.db/content")]
    [InlineData("/v1/files/%2e%2e%2fhone.db/content")]
    [InlineData("/v1/files/file-..%2F..%2Fhone.db/content")]
    [InlineData("/v1/files/file-%00/content")]
    public async Task An_id_never_leads_out_of_the_folder(string path)
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await server.GetAsync(path);

        ((int)response.StatusCode).ShouldBeInRange(400, 404);
        (await response.Content.ReadAsStringAsync()).ShouldNotContain("SQLite");
    }

    [Fact]
    public async Task Files_are_listed_in_pages_the_newest_first()
    {
        await using TestServer server = await TestServer.StartAsync();
        List<string> ids = [];
        for (int i = 0; i < 5; i++)
            ids.Add((await TestServer.JsonOf(await Upload(server, "user_data", $"{i}")))["id"]!.GetValue<string>());

        JsonNode first = await TestServer.JsonOf(await server.GetAsync("/v1/files?limit=2"));
        JsonNode last = await TestServer.JsonOf(await server.GetAsync($"/v1/files?limit=3&after={ids[3]}"));
        JsonNode ascending = await TestServer.JsonOf(await server.GetAsync($"/v1/files?limit=2&order=asc&after={ids[0]}"));
        JsonNode none = await TestServer.JsonOf(await server.GetAsync($"/v1/files?after={ids[0]}"));

        Ids(first).ShouldBe([ids[4], ids[3]]);
        first["has_more"]!.GetValue<bool>().ShouldBeTrue();
        first["first_id"]!.GetValue<string>().ShouldBe(ids[4]);
        first["last_id"]!.GetValue<string>().ShouldBe(ids[3]);
        Ids(last).ShouldBe([ids[2], ids[1], ids[0]]);
        last["has_more"]!.GetValue<bool>().ShouldBeFalse();
        Ids(ascending).ShouldBe([ids[1], ids[2]]);
        none.ToJsonString().ShouldBe("""{"data":[],"first_id":null,"last_id":null,"has_more":false,"object":"list"}""");
    }

    [Theory]
    [InlineData("limit=0", "0 is less than the minimum of 1 - 'limit'", "limit")]
    [InlineData("limit=10001", "10001 is greater than the maximum of 10000 - 'limit'", "limit")]
    [InlineData("limit=x", "'x' is not of type 'integer' - 'limit'", "limit")]
    [InlineData("order=up", "'up' is not one of ['asc', 'desc'] - 'order'", "order")]
    public async Task A_page_that_cannot_be_meant_is_refused(string query, string message, string param)
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await server.GetAsync($"/v1/files?{query}");

        await response.ShouldBeErrorAsync(400, ErrorBody.DetailedOf(message, param));
    }

    [Fact]
    public async Task Files_of_another_organisation_do_not_exist()
    {
        await using TestServer server = await TestServer.StartAsync();
        var keys = server.Services.GetRequiredService<ApiKeys>();
        (string ours, _) = keys.Create("", "ours", Role.Member);
        (string theirs, _) = keys.Create("", "theirs", Role.Owner);
        string id = (await TestServer.JsonOf(await Upload(server, "user_data", "x", ours)))["id"]!.GetValue<string>();

        HttpResponseMessage read = await server.SendAsync(HttpMethod.Get, $"/v1/files/{id}/content", key: theirs);
        HttpStatusCode deleted = (await server.SendAsync(HttpMethod.Delete, $"/v1/files/{id}", key: theirs)).StatusCode;
        JsonNode list = await TestServer.JsonOf(await server.SendAsync(HttpMethod.Get, "/v1/files", key: theirs));

        await read.ShouldBeErrorAsync(404, ErrorBody.DetailedOf($"No such File object: {id}", "id"));
        deleted.ShouldBe(HttpStatusCode.NotFound);
        Ids(list).ShouldBeEmpty();
        (await server.SendAsync(HttpMethod.Get, $"/v1/files/{id}", key: ours)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_read_only_key_looks_and_changes_nothing()
    {
        await using TestServer server = await TestServer.StartAsync();
        (string key, _) = server.Services.GetRequiredService<ApiKeys>().Create("", "ours", Role.ReadOnly);

        HttpResponseMessage look = await server.SendAsync(HttpMethod.Get, "/v1/files", key: key);
        HttpResponseMessage change = await Upload(server, "user_data", "x", key);

        look.StatusCode.ShouldBe(HttpStatusCode.OK);
        await change.ShouldBeErrorAsync(403, ErrorBody.Of("You have insufficient permissions for this operation. It needs the role member; your key has the role read-only.", code: "insufficient_permissions"));
    }

    [Fact]
    public async Task An_expired_file_is_gone_and_swept_away()
    {
        ShiftedClock clock = new();
        await using TestServer server = await TestServer.StartAsync(options => options with { Clock = clock });
        string id = (await TestServer.JsonOf(await Upload(server, "batch", "")))["id"]!.GetValue<string>();

        HttpStatusCode before = (await server.GetAsync($"/v1/files/{id}")).StatusCode;
        clock.Shift = TimeSpan.FromDays(30.1);
        HttpResponseMessage after = await server.GetAsync($"/v1/files/{id}");
        server.Services.GetRequiredService<FileStore>().Sweep();

        before.ShouldBe(HttpStatusCode.OK);
        await after.ShouldBeErrorAsync(404, ErrorBody.DetailedOf($"No such File object: {id}", "id"));
        Directory.GetFiles(Path.Combine(server.DataRoot, "files")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Content_is_sent_as_it_is_or_in_base64_when_that_is_asked_for()
    {
        await using TestServer server = await TestServer.StartAsync();
        byte[] bytes = [.. Enumerable.Range(0, 100_001).Select(i => (byte)(i * 7))];
        MultipartFormDataContent form = new() { { new ByteArrayContent(bytes), "file", "a.bin" }, { new StringContent("user_data"), "purpose" } };
        string id = (await TestServer.JsonOf(await server.SendAsync(HttpMethod.Post, "/v1/files", form)))["id"]!.GetValue<string>();

        HttpResponseMessage plain = await server.GetAsync($"/v1/files/{id}/content");
        string base64 = await (await server.GetAsync($"/v1/files/{id}/content?encoding=base64")).Content.ReadAsStringAsync();

        (await plain.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        plain.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        Convert.FromBase64String(base64).ShouldBe(bytes);
    }

    [Theory]
    [InlineData("text/plain", "x", "the Content-Type must be multipart/form-data with a boundary")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbat", "it ends in the middle of a part")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nX: y\r\n\r\nbatch\r\n--b--\r\n", "a part has no Content-Disposition with a name")]
    public async Task A_broken_form_is_refused_in_words(string type, string body, string reason)
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await Send(server, body, type);

        await response.ShouldBeErrorAsync(400, ErrorBody.DetailedOf($"We could not parse the multipart form of your request: {reason}."));
    }

    internal static Task<HttpResponseMessage> Upload(TestServer server, string purpose, string content, string? key = null)
    {
        MultipartFormDataContent form = new() { { new StringContent(purpose), "purpose" } };
        if (content.Length > 0 || purpose == "batch")
            form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", "a.jsonl");
        return server.SendAsync(HttpMethod.Post, "/v1/files", form, key);
    }

    static Task<HttpResponseMessage> Send(TestServer server, string form, string type = "multipart/form-data; boundary=b")
    {
        ByteArrayContent content = new(Encoding.UTF8.GetBytes(form));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return server.SendAsync(HttpMethod.Post, "/v1/files", content);
    }

    static IEnumerable<string> Ids(JsonNode list) => list["data"]!.AsArray().Select(item => item!["id"]!.GetValue<string>());
}
