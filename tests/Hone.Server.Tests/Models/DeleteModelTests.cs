using System.Net;
using System.Text.Json.Nodes;
using Hone.Engine;
using Hone.Server.Access;
using Hone.Server.Models;
using Hone.Server.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenAI.Models;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Models;

public sealed class DeleteModelTests
{
    const string Tuned = "ft:hone-nano:local:my-suffix:a1b2c3d4";

    [Fact]
    public async Task The_official_client_finds_a_tuned_model_and_deletes_it()
    {
        await using TestServer server = await TestServer.StartAsync();
        Write(server, Tuned);
        OpenAIModelClient client = server.Client().GetOpenAIModelClient();

        OpenAIModel found = await client.GetModelAsync(Tuned);
        ModelDeletionResult deleted = await client.DeleteModelAsync(Tuned);
        HttpResponseMessage raw = await server.GetAsync($"/v1/models/{Tuned}");

        found.OwnedBy.ShouldBe("local");
        deleted.Deleted.ShouldBeTrue();
        raw.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await raw.Content.ReadAsStringAsync()).ShouldBe($$$"""{"error":{"message":"The model `{{{Tuned}}}` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}""");
    }

    [Fact]
    public async Task A_base_model_cannot_be_deleted_nor_one_that_another_needs()
    {
        await using TestServer server = await TestServer.StartAsync();
        Write(server, Tuned);
        Write(server, "ft:hone-nano:local:second:a1b2c3d4", content: ModelContent.Adapter, baseId: Tuned);

        HttpResponseMessage builtIn = await server.SendAsync(HttpMethod.Delete, "/v1/models/hone-nano");
        HttpResponseMessage needed = await server.SendAsync(HttpMethod.Delete, $"/v1/models/{Tuned}");

        await builtIn.ShouldBeErrorAsync(403, ErrorBody.Of(
            "The model hone-nano is not a fine-tuned one and cannot be deleted here. Added models are removed with 'hone models remove'.", code: "insufficient_permissions"));
        await needed.ShouldBeErrorAsync(400, ErrorBody.Of($"{Tuned} cannot be removed: it is the base of ft:hone-nano:local:second:a1b2c3d4. Remove that first."));
        (await server.GetAsync($"/v1/models/{Tuned}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Only_an_owner_deletes_and_only_what_belongs_to_its_organisation()
    {
        await using TestServer server = await TestServer.StartAsync();
        const string Ours = "ft:hone-nano:ours::a1b2c3d4";
        Write(server, Ours);
        var keys = server.Services.GetRequiredService<ApiKeys>();
        (string member, _) = keys.Create("", "ours", Role.Member);
        (string owner, _) = keys.Create("", "ours", Role.Owner);
        (string stranger, _) = keys.Create("", "theirs", Role.Owner);

        HttpResponseMessage byMember = await server.SendAsync(HttpMethod.Delete, $"/v1/models/{Ours}", key: member);
        HttpResponseMessage byStranger = await server.SendAsync(HttpMethod.Delete, $"/v1/models/{Ours}", key: stranger);
        JsonNode ofStranger = await TestServer.JsonOf(await server.SendAsync(HttpMethod.Get, "/v1/models", key: stranger));
        HttpStatusCode byOwner = (await server.SendAsync(HttpMethod.Delete, $"/v1/models/{Ours}", key: owner)).StatusCode;

        await byMember.ShouldBeErrorAsync(403, ErrorBody.Of("You have insufficient permissions for this operation. It needs the role owner; your key has the role member.", code: "insufficient_permissions"));
        await byStranger.ShouldBeErrorAsync(404, ErrorBody.Of($"The model `{Ours}` does not exist or you do not have access to it.", code: "model_not_found"));
        ofStranger["data"]!.AsArray().Select(model => model!["id"]!.GetValue<string>()).ShouldBe(["hone-nano"]);
        byOwner.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_model_that_was_merged_from_a_tuned_one_is_seen_by_nobody_else_either()
    {
        await using TestServer server = await TestServer.StartAsync();
        Write(server, "merged", source: "ft:hone-nano:ours::a1b2c3d4");
        var keys = server.Services.GetRequiredService<ApiKeys>();
        (string ours, _) = keys.Create("", "ours", Role.Member);
        (string theirs, _) = keys.Create("", "theirs", Role.Owner);
        JsonNode file = await TestServer.JsonOf(await server.SendAsync(HttpMethod.Post, "/v1/files", new MultipartFormDataContent { { new StringContent("fine-tune"), "purpose" }, { new StringContent("{}"), "file", "a.jsonl" } }, theirs));

        JsonNode seen = await TestServer.JsonOf(await server.SendAsync(HttpMethod.Get, "/v1/models/merged", key: ours));
        JsonNode list = await TestServer.JsonOf(await server.SendAsync(HttpMethod.Get, "/v1/models", key: theirs));
        HttpResponseMessage unseen = await server.SendAsync(HttpMethod.Get, "/v1/models/merged", key: theirs);
        HttpResponseMessage job = await server.SendAsync(HttpMethod.Post, "/v1/fine_tuning/jobs", new StringContent($$"""{"model": "merged", "training_file": "{{file["id"]}}"}"""), theirs);

        seen["owned_by"]!.GetValue<string>().ShouldBe("ours");
        list["data"]!.AsArray().Select(model => model!["id"]!.GetValue<string>()).ShouldBe(["hone-nano"]);
        await unseen.ShouldBeErrorAsync(404, ErrorBody.Of("The model `merged` does not exist or you do not have access to it.", code: "model_not_found"));
        await job.ShouldBeErrorAsync(400, ErrorBody.Of("Model merged is not available for fine-tuning or does not exist.", code: "model_not_available"));
    }

    [Fact]
    public async Task A_model_whose_record_is_damaged_keeps_nobody_from_the_others()
    {
        await using TestServer server = await TestServer.StartAsync();
        Write(server, Tuned);
        string damaged = Directory.CreateDirectory(Path.Combine(server.DataRoot, "models", "damaged")).FullName;
        await File.WriteAllTextAsync(Path.Combine(damaged, ModelRecord.FileName), "{");

        JsonNode list = await TestServer.JsonOf(await server.GetAsync("/v1/models"));

        list["data"]!.AsArray().Select(model => model!["id"]!.GetValue<string>()).ShouldBe(["hone-nano", Tuned]);
        Should.Throw<HoneException>(server.Services.GetRequiredService<ModelRegistry>().List).Message.ShouldContain("damaged");
    }

    [Theory]
    [InlineData("/v1/models/..%2F..%2Fetc")]
    [InlineData("/v1/models/%2Ftmp")]
    [InlineData("/v1/models/..")]
    public async Task A_model_is_never_a_folder(string path)
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await server.GetAsync(path);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    static void Write(TestServer server, string id, ModelContent content = ModelContent.Weights, string? baseId = null, string? source = null) =>
        server.Services.GetRequiredService<ModelRegistry>().Write(
            new ModelRecord { Id = id, Content = content, CreatedAt = DateTimeOffset.UnixEpoch, Base = baseId, Source = source },
            folder => File.WriteAllText(Path.Combine(folder, "config.json"), "{}"));
}
