using System.Net;
using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Models;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Models;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Analysis;

public sealed class AnalysisTests : IAsyncLifetime
{
    /// <summary>Six vectors near one axis and six near another.</summary>
    static readonly string Vectors = $"[{string.Join(',', Enumerable.Range(0, 12).Select(i => FormattableString.Invariant($"[{(i < 6 ? 1 : 0.02 * i)}, {(i < 6 ? 0.03 * i : 1)}, {0.01 * (i % 3)}]")))}]";

    static readonly string Labels = $"[{string.Join(',', Enumerable.Range(0, 12).Select(i => i < 6 ? "\"a\"" : "\"b\""))}]";

    readonly string _models = Directory.CreateTempSubdirectory("hone-analysis-").FullName;
    TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        TinyEncoder.Write(Path.Combine(_models, ModelAliases.DefaultEmbeddingModel), seed: 3);
        _server = await TestServer.StartAsync(options => options with { BuiltInModels = _models });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    [Fact]
    public async Task Vectors_are_grouped_with_the_words_of_their_texts()
    {
        string texts = $"[{string.Join(',', Enumerable.Range(0, 12).Select(i => i < 6 ? "\"strong coffee\"" : "\"old dog\""))}]";

        JsonNode answer = await PostAsync("clusters", $$"""{"vectors":{{Vectors}},"input":{{texts}}}""");

        answer["clusters"]!.AsArray().Count.ShouldBe(2);
        answer["clusters"]![0]!["words"]!.AsArray().Select(word => word!.GetValue<string>()).ShouldBe(["coffee", "strong"]);
        answer["assignments"]!.AsArray().Select(cluster => cluster!.GetValue<int>()).ShouldBe([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
        answer["tried"]!.AsArray().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Texts_are_embedded_and_searched()
    {
        JsonNode answer = await PostAsync("search", """{"input":["a cat","a dog","一只猫"],"query":"a dog","count":2}""");

        answer["matches"]!.AsArray().Count.ShouldBe(2);
        answer["matches"]![0]!["index"]!.GetValue<int>().ShouldBe(1);
        answer["matches"]![0]!["similarity"]!.GetValue<double>().ShouldBeGreaterThan(answer["matches"]![1]!["similarity"]!.GetValue<double>());
        (await PostAsync("search", $$"""{"vectors":{{Vectors}},"query":[0,1,0],"count":1}"""))["matches"]![0]!["index"]!.GetValue<int>().ShouldBe(6);
    }

    [Fact]
    public async Task Rows_are_recommended_measured_and_compared()
    {
        JsonNode liked = await PostAsync("recommendations", $$"""{"vectors":{{Vectors}},"items":[7,8],"count":4}""");
        JsonNode outliers = await PostAsync("outliers", $$"""{"vectors":{{Vectors}},"neighbours":3}""");
        JsonNode diversity = await PostAsync("diversity", $$"""{"vectors":{{Vectors}}}""");
        JsonNode repeats = await PostAsync("repeats", $$"""{"vectors":[[1,0],[0,1],[2,0.01]],"similarity":0.99}""");

        liked["matches"]!.AsArray().Select(match => match!["index"]!.GetValue<int>()).Order().ShouldBe([6, 9, 10, 11]);
        outliers["scores"]!.AsArray().Count.ShouldBe(12);
        diversity["effective_topics"]!.GetValue<double>().ShouldBe(2, 1e-9);
        repeats["repeats"]!.AsArray().Select(one => (one!["index"]!.GetValue<int>(), one["repeats_index"]!.GetValue<int>())).ShouldBe([(2, 0)]);
    }

    [Theory]
    [InlineData("knn"), InlineData("logistic")]
    public async Task Rows_are_classified_from_the_others(string method)
    {
        JsonNode answer = await PostAsync("classifications", $$"""{"vectors":{{Vectors}},"labels":{{Labels}},"method":"{{method}}","folds":3}""");

        answer["scores"]!["accuracy"]!.GetValue<double>().ShouldBe(1);
        answer["scores"]!["confusion"]!.ToJsonString().ShouldBe("[[6,0],[0,6]]");
    }

    [Theory]
    [InlineData("en", "2,000 x 1,000 x 26 x 100, more than the 5,000,000,000 that a logistic regression in a request may have. Send a sample of the rows")]
    [InlineData("zh", "2,000 x 1,000 x 26 x 100，超过一次请求中逻辑回归的上限 5,000,000,000。请减少行数")]
    public async Task A_logistic_regression_that_would_take_hours_is_refused_and_the_nearest_rows_are_not(string language, string message)
    {
        string vectors = string.Join(',', Enumerable.Range(0, 2000).Select(i => $"[{string.Join(',', Enumerable.Range(0, 26).Select(j => 1 + (i * (j + 1) % 31)))}]"));
        string labels = string.Join(',', Enumerable.Range(0, 2000).Select(i => $"\"c{i / 2}\""));
        string body = $"\"vectors\":[{vectors}],\"labels\":[{labels}],\"folds\":";

        HttpResponseMessage refused = await _server.PostAsync($"/v1/hone/classifications?lang={language}", $"{{{body}100}}");
        JsonNode nearest = await PostAsync("classifications", $"{{{body}2,\"method\":\"knn\"}}");

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonNode error = (await TestServer.JsonOf(refused))["error"]!;
        error["message"]!.GetValue<string>().ShouldContain(message);
        error["param"]!.GetValue<string>().ShouldBe("labels");
        nearest["predictions"]!.AsArray().Count.ShouldBe(2000);
    }

    [Fact]
    public async Task Classes_are_told_apart_by_their_descriptions()
    {
        JsonNode answer = await PostAsync("classifications", """{"input":["a cat","a dog"],"method":"description","classes":[{"name":"c","description":"a cat"},{"name":"d","description":"a dog"}]}""");

        answer["predictions"]!.AsArray().Select(one => one!["label"]!.GetValue<string>()).ShouldBe(["c", "d"]);
        answer["scores"].ShouldBeNull();
    }

    [Fact]
    public async Task Files_of_texts_and_of_vectors_are_analysed_by_their_organisation_alone()
    {
        string texts = await UploadAsync("t.csv", "text,kind\na cat,x\na dog,y\na cat,x\na dog,y\n");
        string vectors = await UploadAsync("v.jsonl", string.Concat(Enumerable.Range(0, 6).Select(i => FormattableString.Invariant($"{{\"title\":\"t{i}\",\"embedding\":[{i % 2},{1 - (i % 2)}]}}\n"))));

        JsonNode repeats = await PostAsync("repeats", $$"""{"file_id":"{{texts}}","column":"text"}""");
        JsonNode classes = await PostAsync("classifications", $$"""{"file_id":"{{texts}}","column":"text","label_column":"kind","folds":2}""");
        JsonNode clusters = await PostAsync("clusters", $$"""{"file_id":"{{vectors}}","column":"title","k":2}""");
        HttpResponseMessage bad = await _server.PostAsync("/v1/hone/repeats", $$"""{"file_id":"{{texts}}","column":"body"}""");
        // A server with keys takes no requests without one.
        HttpResponseMessage foreign = await _server.SendAsync(HttpMethod.Post, "/v1/hone/clusters", new StringContent($$"""{"file_id":"{{vectors}}","k":2}"""), _server.Services.GetRequiredService<ApiKeys>().Create("", "theirs", Role.Owner).Secret);

        repeats["repeats"]!.AsArray().Count.ShouldBe(2);
        classes["predictions"]!.AsArray().Count.ShouldBe(4);
        clusters["clusters"]![0]!["size"]!.GetValue<int>().ShouldBe(3);
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await bad.Content.ReadAsStringAsync()).ShouldContain("There is no column body. The columns are: text, kind.");
        (await bad.Content.ReadAsStringAsync()).ShouldNotContain(_server.DataRoot);
    }

    [Fact]
    public async Task What_is_looked_for_in_a_file_is_embedded_by_the_model_that_the_file_names()
    {
        TinyEncoder.Write(Path.Combine(_models, "other"), seed: 4);
        var models = _server.Services.GetRequiredService<ModelRegistry>();
        string Vector(string last) => $"[{string.Concat(Enumerable.Repeat("0,", TinyEncoder.Dimensions - 1))}{last}]";
        string Row(string last) => $$"""{"text":"a cat","embedding_model":"{{models.VectorModelOf(models.Find("other"))}}","embedding":{{Vector(last)}}}""" + "\n";
        string file = await UploadAsync("v.jsonl", Row("1") + Row("2"));

        JsonNode found = await PostAsync("search", $$"""{"file_id":"{{file}}","query":"a cat"}""");
        HttpResponseMessage refused = await _server.PostAsync("/v1/hone/search", $$"""{"file_id":"{{file}}","query":"a cat","model":"{{ModelAliases.DefaultEmbeddingModel}}"}""");

        found["matches"]!.AsArray().Count.ShouldBe(2);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        string problem = await refused.Content.ReadAsStringAsync();
        problem.ShouldContain("of the model other@");
        problem.ShouldContain("\"param\":\"model\"");
    }

    [Theory]
    [InlineData("search", "\"query\":\"a cat\"")]
    [InlineData("classifications", "\"method\":\"description\",\"classes\":[{\"name\":\"a\"},{\"name\":\"b\"}]")]
    public async Task A_text_is_compared_with_vectors_of_a_named_model_alone(string endpoint, string more)
    {
        string vectors = $"\"vectors\":[{Row(0)},{Row(1)}]";
        static string Row(int one) => $"[{string.Join(',', Enumerable.Range(0, TinyEncoder.Dimensions).Select(i => i == one ? 1 : 0))}]";

        HttpResponseMessage unknown = await _server.PostAsync($"/v1/hone/{endpoint}", $$"""{ {{vectors}},{{more}}}""");
        HttpResponseMessage standIn = await _server.PostAsync($"/v1/hone/{endpoint}", $$"""{ {{vectors}},{{more}},"model":"text-embedding-3-small"}""");
        HttpResponseMessage shorter = await _server.PostAsync($"/v1/hone/{endpoint}", $$"""{"vectors":[[1,0],[0,1]],{{more}},"model":"{{ModelAliases.DefaultEmbeddingModel}}"}""");
        JsonNode named = await PostAsync(endpoint, $$"""{ {{vectors}},{{more}},"model":"{{ModelAliases.DefaultEmbeddingModel}}"}""");

        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await unknown.Content.ReadAsStringAsync()).ShouldContain("nothing says which model the vectors of the rows are of. Name it as 'model'.");
        await ShouldBeRefused(standIn, "'text-embedding-3-small' stands for 'hone-embed' here");
        await ShouldBeRefused(shorter, "The vectors have 2 numbers and do not say their model, and those of hone-embed have 32");
        named.AsObject().Count.ShouldBeGreaterThan(1);
    }

    static async Task ShouldBeRefused(HttpResponseMessage response, string reason)
    {
        JsonNode error = (await TestServer.JsonOf(response))["error"]!;
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        error["message"]!.GetValue<string>().ShouldContain(reason);
        error["param"]!.GetValue<string>().ShouldBe("model");
    }

    [Fact]
    public async Task An_answer_is_a_page_for_those_who_accept_one()
    {
        HttpRequestMessage request = new(HttpMethod.Post, "/v1/hone/clusters?lang=zh") { Content = new StringContent($$"""{"vectors":{{Vectors}},"k":2}""") };
        request.Headers.TryAddWithoutValidation("Accept", "text/html");

        HttpResponseMessage page = await _server.Http.SendAsync(request);

        page.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        page.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; style-src 'unsafe-inline'"]);
        string html = await page.Content.ReadAsStringAsync();
        html.ShouldContain("请求 的分组");
        html.ShouldContain("<svg class=\"map\"");
    }

    [Theory]
    [InlineData("clusters", """{"vectors":[[0,1],[1,0]],"k":1001}""", "k", "1000")]
    [InlineData("clusters", """{"vectors":[[0,1],[1,0]],"method":"density","smallest":1001}""", "smallest", "1000")]
    [InlineData("outliers", """{"vectors":[[0,1],[1,0]],"neighbours":201}""", "neighbours", "200")]
    [InlineData("outliers", """{"vectors":[[0,1],[1,0],[1,1],[1,2],[1,3],[1,4]],"neighbours":99}""", "neighbours", "each of the 6 rows has 5 others. Ask for at most 5")]
    [InlineData("clusters", "{}", "input", "Give one of")]
    [InlineData("clusters", """{"input":["a"],"file_id":"file-1"}""", "input", "Give one of")]
    [InlineData("clusters", """{"file_id":"file-1"}""", "file_id", "No such File object")]
    [InlineData("clusters", """{"vectors":[[1,2],[1]],"k":2}""", "vectors", "'vectors[1]': the vector has 1 numbers, those before it 2")]
    [InlineData("clusters", """{"vectors":[[1,"x"]]}""", "vectors", "is not of type 'number'")]
    [InlineData("clusters", """{"vectors":[[1,1e39]]}""", "vectors", "which is no finite number")]
    [InlineData("clusters", """{"vectors":[[0,0]]}""", "vectors", "nothing but zeros")]
    [InlineData("clusters", """{"vectors":[[0,1],[1,0]],"k":3}""", "k", "Ask for at most 2")]
    [InlineData("clusters", """{"vectors":[[0,1],[1,0]],"k":1}""", "k", "less than the minimum")]
    [InlineData("clusters", """{"vectors":[[0,1],[1,0]],"k":2,"method":"density"}""", "k", "Leave 'k' out")]
    [InlineData("clusters", """{"vectors":[[0,1],[1,0]],"method":"density"}""", "smallest", "too few")]
    [InlineData("clusters", """{"vectors":[[0,1]],"clusters":2}""", "clusters", "Unrecognized request argument")]
    [InlineData("search", """{"input":["a",""],"query":"b"}""", "input", "")]
    [InlineData("search", """{"vectors":[[0,1]],"query":[1,0,0,0]}""", "query", "has 4 numbers and those of the rows have 2")]
    [InlineData("search", """{"input":["a"],"query":"b","model":"none"}""", "", "does not exist")]
    [InlineData("recommendations", """{"vectors":[[0,1],[1,0]],"items":[2]}""", "items", "is no index of a row, from 0 to 1")]
    [InlineData("outliers", """{"vectors":[[0,1],[1,0]]}""", "vectors", "too few")]
    [InlineData("diversity", """{"vectors":[[0,1]]}""", "vectors", "needs two rows")]
    [InlineData("repeats", """{"vectors":[[0,1]],"similarity":0}""", "similarity", "minimum")]
    [InlineData("classifications", """{"vectors":[[0,1],[1,0]]}""", "labels", "Give the class of each row")]
    [InlineData("classifications", """{"vectors":[[0,1],[1,0]],"labels":["a"]}""", "labels", "1 labels and 2 rows")]
    [InlineData("classifications", """{"vectors":[[0,1],[1,0]],"labels":["a","a"]}""", "labels", "All rows have the label a")]
    [InlineData("classifications", """{"vectors":[[0,1],[1,0]],"labels":["a","b"]}""", "labels", "these are no classes")]
    [InlineData("classifications", """{"vectors":[[0,1],[1,0]],"labels":["a","b"],"classes":[{"name":"a"}]}""", "classes", "goes with the method")]
    [InlineData("classifications", """{"input":["a","b"],"method":"description","classes":[{"name":"a"}]}""", "classes", "two or more")]
    public async Task What_cannot_be_analysed_is_refused_with_its_parameter(string path, string body, string param, string reason)
    {
        HttpResponseMessage response = await _server.PostAsync($"/v1/hone/{path}", body);

        JsonNode answer = await TestServer.JsonOf(response);
        ((int)response.StatusCode).ShouldBeOneOf(400, 404);
        answer["error"]!["message"]!.GetValue<string>().ShouldContain(reason);
        (answer["error"]!["param"]?.GetValue<string>() ?? "").ShouldBe(param);
    }

    async Task<JsonNode> PostAsync(string path, string body)
    {
        HttpResponseMessage response = await _server.PostAsync($"/v1/hone/{path}", body);
        JsonNode answer = await TestServer.JsonOf(response);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, answer.ToJsonString());
        return answer;
    }

    async Task<string> UploadAsync(string name, string content)
    {
        MultipartFormDataContent form = new() { { new StringContent(content), "file", name }, { new StringContent("user_data"), "purpose" } };
        return (await TestServer.JsonOf(await _server.SendAsync(HttpMethod.Post, "/v1/files", form)))["id"]!.GetValue<string>();
    }
}
