using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Data.Vectors;
using Hone.Server.Access;
using Hone.Server.Models;
using Hone.Server.Tests.Http;
using Hone.Server.VectorStores;
using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Copying;
using Hone.Server.VectorStores.Indexes;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores;

public sealed class VectorStoresTests : IAsyncLifetime
{
    StoreServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StoreServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_store_is_shown_in_full_from_the_start()
    {
        JsonObject store = (await _server.PostAsync("/vector_stores", """{"name":"手册","description":"d","metadata":{"k":"v"},"expires_after":{"anchor":"last_active_at","days":7}}""")).AsObject();

        long created = store["created_at"]!.GetValue<long>();
        store["id"]!.GetValue<string>().ShouldMatch("^vs_[0-9A-Za-z]{24}$");
        store.Remove("id");
        store.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ShouldBe(
            $$$"""{"created_at":{{{created}}},"name":"手册","description":"d","usage_bytes":0,"file_counts":{"in_progress":0,"completed":0,"failed":0,"cancelled":0,"total":0},"status":"completed","expires_after":{"anchor":"last_active_at","days":7},"expires_at":{{{created + (7 * 86400)}}},"last_active_at":{{{created}}},"metadata":{"k":"v"},"object":"vector_store"}""");
    }

    [Fact]
    public async Task A_model_that_writes_text_is_refused_before_there_is_a_store()
    {
        HttpResponseMessage response = await _server.Server.PostAsync("/v1/vector_stores", $$$"""{"hone":{"embedding_model":"{{{ModelAliases.DefaultModel}}}"}}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonNode error = (await TestServer.JsonOf(response))["error"]!;
        error["param"]!.GetValue<string>().ShouldBe("hone.embedding_model");
        error["message"]!.GetValue<string>().ShouldContain("cannot make embeddings");
        (await _server.GetAsync("/vector_stores"))["data"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_is_found_by_its_own_words()
    {
        string cats = await _server.UploadAsync("The cat sat on the mat and slept all day."), trains = await _server.UploadAsync("A train leaves the station at noon.");
        string store = await _server.StoreAsync(cats, trains);

        JsonNode found = await _server.PostAsync($"/vector_stores/{store}/search", """{"query":"A train leaves the station at noon.","max_num_results":1}""");
        JsonNode shown = await _server.GetAsync($"/vector_stores/{store}");
        JsonNode content = await _server.GetAsync($"/vector_stores/{store}/files/{trains}/content");

        found["search_query"]!.ToJsonString().ShouldBe("""["A train leaves the station at noon."]""");
        JsonNode best = found["data"]!.AsArray().Single()!;
        best["file_id"]!.GetValue<string>().ShouldBe(trains);
        best["score"]!.GetValue<double>().ShouldBeInRange(0.5, 1);
        best["content"]!.ToJsonString().ShouldBe("""[{"text":"A train leaves the station at noon.","type":"text"}]""");
        shown["file_counts"]!["completed"]!.GetValue<int>().ShouldBe(2);
        shown["usage_bytes"]!.GetValue<long>().ShouldBe(41 + 35 + (2 * 32 * 4));
        content["data"]![0]!["text"]!.GetValue<string>().ShouldBe("A train leaves the station at noon.");
    }

    [Fact]
    public async Task The_parts_of_a_file_say_which_model_made_their_vectors_and_of_what()
    {
        string file = await _server.UploadAsync("A train leaves the station at noon.");
        string store = await _server.StoreAsync(file);
        var index = _server.Server.Services.GetRequiredService<BuiltInIndex>();
        var models = _server.Server.Services.GetRequiredService<ModelRegistry>();
        VectorModel expected = models.VectorModelOf(models.Find(ModelAliases.DefaultEmbeddingModel)) with { Texts = "{text}" };

        VectorCollection collection = (await index.FindAsync(store, TestContext.Current.CancellationToken))!;
        VectorModel? made = await FileRecords.ModelOfAsync(index, collection, TestContext.Current.CancellationToken);
        await _server.PostAsync($"/vector_stores/{store}/files/{file}", """{"attributes":{"year":2020}}""");
        VectorModel? changed = await FileRecords.ModelOfAsync(index, collection, TestContext.Current.CancellationToken);

        made.ShouldBe(expected);
        changed.ShouldBe(expected);
    }

    [Fact]
    public async Task Attributes_narrow_a_search_and_can_be_changed()
    {
        string store = await _server.StoreAsync();
        string[] files = [await _server.UploadAsync("one"), await _server.UploadAsync("two"), await _server.UploadAsync("three")];
        for (int i = 0; i < 3; i++)
            await _server.PostAsync($"/vector_stores/{store}/files", $$$"""{"file_id":"{{{files[i]}}}","attributes":{"year":{{{2020 + i}}},"类别":"{{{(i == 0 ? "新闻" : "other")}}}","public":{{{(i == 1 ? "true" : "false")}}}}}""");
        await _server.DoneAsync(store);

        async Task<string[]> Find(string filter) => [.. (await _server.PostAsync($"/vector_stores/{store}/search", $$"""{"query":"one","filters":{{filter}}}"""))["data"]!.AsArray().Select(item => item!["file_id"]!.GetValue<string>())];
        (await Find("""{"type":"eq","key":"类别","value":"新闻"}""")).ShouldBe([files[0]]);
        (await Find("""{"type":"gte","key":"year","value":2021}""")).ShouldBe([files[1], files[2]], ignoreOrder: true);
        (await Find("""{"type":"and","filters":[{"type":"lt","key":"year","value":2022},{"type":"eq","key":"public","value":true}]}""")).ShouldBe([files[1]]);
        (await Find("""{"type":"or","filters":[{"type":"in","key":"year","value":[2022]},{"type":"nin","key":"类别","value":["other"]}]}""")).ShouldBe([files[0], files[2]], ignoreOrder: true);
        JsonNode changed = await _server.PostAsync($"/vector_stores/{store}/files/{files[0]}", """{"attributes":{"year":1999.5}}""");

        changed["attributes"]!.ToJsonString().ShouldBe("""{"year":1999.5}""");
        (await Find("""{"type":"lt","key":"year","value":2000}""")).ShouldBe([files[0]]);
        (await Find("""{"type":"eq","key":"类别","value":"新闻"}""")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Several_questions_are_put_together_and_weak_results_are_left_out()
    {
        string[] files = [await _server.UploadAsync("a red house"), await _server.UploadAsync("a blue boat")];
        string store = await _server.StoreAsync(files);

        JsonNode both = await _server.PostAsync($"/vector_stores/{store}/search", """{"query":["a red house","a blue boat"],"rewrite_query":true}""");
        JsonNode none = await _server.PostAsync($"/vector_stores/{store}/search", """{"query":["a red house","a blue boat"],"ranking_options":{"ranker":"auto","score_threshold":1}}""");

        both["data"]!.AsArray().Select(item => item!["file_id"]!.GetValue<string>()).ShouldBe(files, ignoreOrder: true);
        both["search_query"]!.AsArray().Count.ShouldBe(2);
        none["data"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_long_text_is_cut_into_parts_that_overlap_and_lose_nothing()
    {
        string text = string.Join(' ', Enumerable.Range(0, 900).Select(i => i % 11 == 10 ? $"word{i}." : $"word{i}")) + "\n末尾。";
        string file = await _server.UploadAsync(text), store = await _server.StoreAsync();
        JsonNode attached = await _server.PostAsync($"/vector_stores/{store}/files", $$$$"""{"file_id":"{{{{file}}}}","chunking_strategy":{"type":"static","static":{"max_chunk_size_tokens":200,"chunk_overlap_tokens":50}}}""");
        await _server.DoneAsync(store);

        string[] parts = [.. (await _server.GetAsync($"/vector_stores/{store}/files/{file}/content"))["data"]!.AsArray().Select(part => part!["text"]!.GetValue<string>())];

        attached["chunking_strategy"]!.ToJsonString().ShouldBe("""{"type":"static","static":{"max_chunk_size_tokens":200,"chunk_overlap_tokens":50}}""");
        parts.Length.ShouldBeGreaterThan(10);
        int end = 0;
        foreach (string part in parts)
        {
            int start = text.IndexOf(part, Math.Max(0, end - 500), StringComparison.Ordinal);
            start.ShouldBeInRange(0, end);
            end = start + part.Length;
        }

        end.ShouldBe(text.Length);
    }

    [Theory]
    [InlineData("", "invalid_file", "The file has no text.")]
    [InlineData("  \n ", "invalid_file", "The file has no text.")]
    [InlineData("a\0b", "unsupported_file", "The file is no text in UTF-8, UTF-16 or GB18030. Only text files can be searched here: convert it to text in one of these first.")]
    [InlineData("\x1f\x8b packed", "unsupported_file", "The file is no text in UTF-8, UTF-16 or GB18030. Only text files can be searched here: convert it to text in one of these first.")]
    [InlineData("\xc3(\xfe", "unsupported_file", "The file is no text in UTF-8, UTF-16 or GB18030. Only text files can be searched here: convert it to text in one of these first.")]
    public async Task A_file_without_text_fails_with_the_reason(string latin1, string code, string message)
    {
        string file = await _server.UploadAsync(Encoding.Latin1.GetBytes(latin1.Length == 0 ? " " : latin1));
        string store = await _server.StoreAsync(file);

        JsonNode failed = await _server.GetAsync($"/vector_stores/{store}/files/{file}");

        failed["status"]!.GetValue<string>().ShouldBe("failed");
        failed["last_error"]!.ToJsonString().ShouldBe($$"""{"code":"{{code}}","message":"{{message}}"}""");
        (await _server.GetAsync($"/vector_stores/{store}/files?filter=failed"))["data"]!.AsArray().Count.ShouldBe(1);
        (await _server.GetAsync($"/vector_stores/{store}/files?filter=completed"))["data"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("gb18030", false), InlineData("utf-16LE", true), InlineData("utf-16LE", false), InlineData("utf-16BE", true), InlineData("utf-16BE", false), InlineData("utf-8", true)]
    public async Task A_text_in_another_encoding_is_read_as_what_it_says(string encoding, bool hasMark)
    {
        const string Text = "列车中午十二点离开车站，猫整天睡在垫子上。\r\n第二行：价格为 30 元。\n";
        Encoding named = CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);
        string file = await _server.UploadAsync([.. hasMark ? named.GetPreamble() : [], .. named.GetBytes(Text)]);
        string store = await _server.StoreAsync(file);

        JsonNode found = await _server.PostAsync($"/vector_stores/{store}/search", """{"query":"列车中午十二点离开车站"}""");

        found["data"]!.AsArray().Single()!["content"]![0]!["text"]!.GetValue<string>().ShouldBe(Text);
    }

    [Fact]
    public async Task Files_that_were_taken_away_or_deleted_are_not_found_any_more()
    {
        string[] files = [await _server.UploadAsync("first text"), await _server.UploadAsync("second text"), await _server.UploadAsync("third text")];
        string store = await _server.StoreAsync(files);

        JsonNode removed = await _server.DeleteAsync($"/vector_stores/{store}/files/{files[0]}");
        await _server.DeleteAsync($"/files/{files[1]}");

        removed.ToJsonString().ShouldBe($$"""{"id":"{{files[0]}}","object":"vector_store.file.deleted","deleted":true}""");
        (await _server.PostAsync($"/vector_stores/{store}/search", """{"query":"first text"}"""))["data"]!.AsArray().Select(item => item!["file_id"]!.GetValue<string>()).ShouldBe([files[2]]);
        await Patience.UntilAsync(async () => (await _server.GetAsync($"/vector_stores/{store}"))["file_counts"]!["total"]!.GetValue<int>() == 1, "the deleted file to leave its store");
        (await _server.Server.GetAsync($"/v1/vector_stores/{store}/files/{files[0]}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _server.GetAsync($"/files/{files[0]}"))["id"]!.GetValue<string>().ShouldBe(files[0]);
    }

    [Fact]
    public async Task Parts_of_files_that_are_not_shown_take_no_places_of_others()
    {
        List<string> hidden = [];
        for (int i = 0; i < 6; i++)
            hidden.Add(await _server.UploadAsync($"a red house {i}"));
        string shown = await _server.UploadAsync("a blue boat"), store = await _server.StoreAsync([.. hidden, shown]);
        VectorStoreRows rows = _server.Server.Services.GetRequiredService<VectorStoreRows>();
        foreach (string file in hidden)
            rows.ChangeFile(store, file, current => current with { Status = VectorStoreFile.Failed });

        JsonNode found = await _server.PostAsync($"/vector_stores/{store}/search", """{"query":["a red house 3","a red house 4"],"max_num_results":1}""");

        found["data"]!.AsArray().Select(item => item!["file_id"]!.GetValue<string>()).ShouldBe([shown]);
    }

    [Fact]
    public async Task A_batch_attaches_many_files_and_counts_them()
    {
        string store = await _server.StoreAsync();
        string[] files = [await _server.UploadAsync("a text"), await _server.UploadAsync("b text")];

        JsonNode batch = await _server.PostAsync($"/vector_stores/{store}/file_batches", $$$"""{"file_ids":["{{{files[0]}}}"],"attributes":{"n":1}}""");
        JsonNode other = await _server.PostAsync($"/vector_stores/{store}/file_batches", $$$"""{"files":[{"file_id":"{{{files[1]}}}","attributes":{"n":2}}]}""");
        await _server.DoneAsync(store);

        batch["id"]!.GetValue<string>().ShouldStartWith("vsfb_");
        JsonNode done = await _server.GetAsync($"/vector_stores/{store}/file_batches/{batch["id"]}");
        done["status"]!.GetValue<string>().ShouldBe("completed");
        done["file_counts"]!.ToJsonString().ShouldBe("""{"in_progress":0,"completed":1,"failed":0,"cancelled":0,"total":1}""");
        (await _server.GetAsync($"/vector_stores/{store}/file_batches/{other["id"]}/files"))["data"]![0]!["attributes"]!.ToJsonString().ShouldBe("""{"n":2}""");
        (await _server.Server.PostAsync($"/v1/vector_stores/{store}/file_batches/{batch["id"]}/cancel", "{}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Lists_are_read_page_by_page_in_both_directions()
    {
        List<string> ids = [];
        for (int i = 0; i < 5; i++)
            ids.Add((await _server.PostAsync("/vector_stores", $$"""{"name":"{{i}}"}"""))["id"]!.GetValue<string>());

        async Task<string> Page(string query)
        {
            JsonNode page = await _server.GetAsync($"/vector_stores?{query}");
            return string.Join(' ', page["data"]!.AsArray().Select(store => store!["name"]!.GetValue<string>())) + (page["has_more"]!.GetValue<bool>() ? " …" : "");
        }

        (await Page("limit=2")).ShouldBe("4 3 …");
        (await Page($"limit=2&after={ids[3]}")).ShouldBe("2 1 …");
        (await Page($"limit=2&before={ids[1]}")).ShouldBe("3 2 …");
        (await Page($"limit=9&order=asc&before={ids[2]}")).ShouldBe("0 1");
        (await _server.Server.GetAsync($"/v1/vector_stores?after={ids[0]}&before={ids[1]}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await _server.Server.GetAsync("/v1/vector_stores?after=vs_none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_store_is_changed_and_deleted()
    {
        string file = await _server.UploadAsync("some text"), store = await _server.StoreAsync(file);

        JsonNode changed = await _server.PostAsync($"/vector_stores/{store}", """{"name":"new","metadata":{"a":"b"},"expires_after":{"anchor":"last_active_at","days":1}}""");
        JsonNode kept = await _server.PostAsync($"/vector_stores/{store}", """{"expires_after":null}""");
        JsonNode deleted = await _server.DeleteAsync($"/vector_stores/{store}");

        changed["expires_after"]!["days"]!.GetValue<int>().ShouldBe(1);
        (kept["name"]!.GetValue<string>(), kept["expires_after"], kept["metadata"]!.ToJsonString()).ShouldBe(("new", null, """{"a":"b"}"""));
        deleted.ToJsonString().ShouldBe($$"""{"id":"{{store}}","object":"vector_store.deleted","deleted":true}""");
        (await _server.Server.GetAsync($"/v1/vector_stores/{store}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        string vectors = Path.Combine(_server.Server.DataRoot, "vector_stores");
        await Patience.UntilAsync(() => Directory.GetDirectories(vectors).Length == 0, "the vectors to be deleted");
        (await _server.GetAsync($"/files/{file}"))["id"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData("", """{"colour":"red"}""", "Unrecognized request argument supplied: colour", "colour")]
    [InlineData("", """{"expires_after":{"anchor":"created_at","days":1}}""", "'created_at' is not one of ['last_active_at'] - 'expires_after.anchor'", "expires_after.anchor")]
    [InlineData("", """{"expires_after":{"anchor":"last_active_at","days":366}}""", "366 is greater than the maximum of 365 - 'expires_after.days'", "expires_after.days")]
    [InlineData("", """{"file_ids":["file-none"]}""", "No such File object: file-none", "file_ids[0]")]
    [InlineData("", """{"chunking_strategy":{"type":"static","static":{"max_chunk_size_tokens":99,"chunk_overlap_tokens":0}}}""", "99 is less than the minimum of 100 - 'chunking_strategy.static.max_chunk_size_tokens'", "chunking_strategy.static.max_chunk_size_tokens")]
    [InlineData("", """{"chunking_strategy":{"type":"static","static":{"max_chunk_size_tokens":100,"chunk_overlap_tokens":51}}}""", "chunk_overlap_tokens must be at most half of max_chunk_size_tokens. - 'chunking_strategy.static.chunk_overlap_tokens'", "chunking_strategy.static.chunk_overlap_tokens")]
    [InlineData("/files", """{"file_id":"file-none"}""", "No such File object: file-none", "file_id")]
    [InlineData("/file_batches", """{}""", "Give either 'file_ids' or 'files'.", "file_ids")]
    [InlineData("/search", """{"query":""}""", "Invalid 'query': a question cannot be an empty string.", "query")]
    [InlineData("/search", """{"query":"a","max_num_results":51}""", "51 is greater than the maximum of 50 - 'max_num_results'", "max_num_results")]
    [InlineData("/search", """{"query":"a","ranking_options":{"score_threshold":1.5}}""", "1.5 is greater than the maximum of 1 - 'ranking_options.score_threshold'", "ranking_options.score_threshold")]
    [InlineData("/search", """{"query":"a","filters":{"type":"like","key":"a","value":"b"}}""", "'like' is not one of ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'and', 'or'] - 'filters.type'", "filters.type")]
    [InlineData("/search", """{"query":"a","filters":{"type":"and","filters":[{"type":"eq","key":"a","value":1},5]}}""", "5 is not of type 'object' - 'filters.filters[1]'", "filters.filters[1]")]
    public async Task A_request_that_cannot_be_meant_is_refused_by_name(string path, string body, string message, string param)
    {
        string store = await _server.StoreAsync();

        HttpResponseMessage answer = await _server.Server.PostAsync(path.Length == 0 ? "/v1/vector_stores" : $"/v1/vector_stores/{store}{path}", body);

        await answer.ShouldBeErrorAsync(400, ErrorBody.Of(message, param, message.StartsWith("Unrecognized", StringComparison.Ordinal) ? "unknown_parameter" : message.Contains("'object'", StringComparison.Ordinal) ? "invalid_type" : null));
    }

    [Theory]
    [InlineData("""{"type":"gt","key":"a","value":"b"}""", "\"b\" is not of type 'number' - 'filters.value'")]
    [InlineData("""{"type":"in","key":"a","value":"b"}""", "\"b\" is not of type 'array' - 'filters.value'")]
    [InlineData("""{"type":"eq","key":"a","value":[1]}""", "[1] is not of type 'string', 'number' or 'boolean' - 'filters.value'")]
    public async Task A_filter_with_a_value_of_another_kind_is_refused(string filter, string message)
    {
        string store = await _server.StoreAsync();

        HttpResponseMessage answer = await _server.Server.PostAsync($"/v1/vector_stores/{store}/search", $$"""{"query":"a","filters":{{filter}}}""");

        await answer.ShouldBeErrorAsync(400, ErrorBody.Of(message, "filters.value", "invalid_type"));
    }

    [Fact]
    public async Task Another_organisation_sees_nothing_of_a_store()
    {
        ApiKeys keys = _server.Server.Services.GetRequiredService<ApiKeys>();
        string mine = keys.Create("a", "one", Role.Owner).Secret, theirs = keys.Create("b", "two", Role.Owner).Secret;

        async Task<HttpResponseMessage> Send(HttpMethod method, string path, string key, string? body = null) =>
            await _server.Server.SendAsync(method, "/v1/vector_stores" + path, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"), key);
        string store = (await TestServer.JsonOf(await Send(HttpMethod.Post, "", mine, "{}")))["id"]!.GetValue<string>();

        (await Send(HttpMethod.Get, $"/{store}", mine)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await TestServer.JsonOf(await Send(HttpMethod.Get, "", theirs)))["data"]!.AsArray().ShouldBeEmpty();
        foreach ((HttpMethod method, string path, string? body) in ((HttpMethod, string, string?)[])[
            (HttpMethod.Get, "", null), (HttpMethod.Post, "", "{}"), (HttpMethod.Delete, "", null), (HttpMethod.Get, "/files", null), (HttpMethod.Post, "/search", """{"query":"a"}"""),
            (HttpMethod.Post, "/files", """{"file_id":"file-1"}"""), (HttpMethod.Get, "/files/file-1", null), (HttpMethod.Get, "/files/file-1/content", null), (HttpMethod.Post, "/file_batches", """{"file_ids":["file-1"]}""")])
            await (await Send(method, $"/{store}{path}", theirs, body)).ShouldBeErrorAsync(404, ErrorBody.Of($"Vector store with id '{store}' not found.", "vector_store_id"));
    }

    [Fact]
    public async Task A_question_without_end_is_refused()
    {
        string store = await _server.StoreAsync(await _server.UploadAsync("some text"));

        HttpResponseMessage answer = await _server.Server.PostAsync($"/v1/vector_stores/{store}/search", $$"""{"query":"{{string.Concat(Enumerable.Repeat("cat ", 20_000))}}"}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonNode error = (await TestServer.JsonOf(answer))["error"]!;
        error["code"]!.GetValue<string>().ShouldBe("context_length_exceeded");
        error["message"]!.GetValue<string>().ShouldMatch(@"^A question to search for has \d+ tokens; at most 8192 are possible\. Shorten it\.$");
    }
}
