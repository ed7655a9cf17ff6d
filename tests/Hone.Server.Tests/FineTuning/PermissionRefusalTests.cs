using Hone.Server.Access;
using Hone.Server.Models;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Hone.Server.Tests.FineTuning;

public sealed class PermissionRefusalTests : IAsyncLifetime
{
    const string Model = "ft:stories260k:local:cats:aaaaaaaa";
    const string Path = $"/v1/fine_tuning/checkpoints/{Model}/permissions";

    TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StoriesServer.StartAsync();
        TestAdapter.Write(_server.Services.GetRequiredService<ModelRegistry>(), Model, seed: 1);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("{}", "Missing required parameter: 'project_ids'.", "project_ids", "missing_required_parameter")]
    [InlineData("""{"project_ids": "proj_local"}""", "'proj_local' is not of type 'array' - 'project_ids'", "project_ids", "invalid_type")]
    [InlineData("""{"project_ids": ["proj_local", "proj_other"]}""", "invalid project_ids: proj_other", "project_ids", null)]
    [InlineData("""{"project_ids": ["proj_local"], "role": "owner"}""", "Unrecognized request argument supplied: role", "role", "unknown_parameter")]
    public async Task A_grant_that_cannot_be_meant_is_refused(string body, string message, string param, string? code)
    {
        HttpResponseMessage response = await _server.PostAsync(Path, body);

        await response.ShouldBeErrorAsync(400, ErrorBody.Of(message, param, code));
    }

    [Fact]
    public async Task Here_an_order_is_written_out()
    {
        HttpResponseMessage response = await _server.GetAsync(Path + "?order=asc");

        await response.ShouldBeErrorAsync(400, ErrorBody.Of("'asc' is not one of ['ascending', 'descending'] - 'order'", "order"));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "")]
    [InlineData("DELETE", "/cp_none")]
    public async Task Without_a_tuned_model_of_that_name_there_are_no_permissions(string method, string path)
    {
        foreach (string model in (string[])["ft:stories260k:local:dogs:bbbbbbbb", "stories260k"])
        {
            HttpResponseMessage response = await _server.SendAsync(new HttpMethod(method), $"/v1/fine_tuning/checkpoints/{model}/permissions{path}", method == "POST" ? new StringContent("{}") : null);

            await response.ShouldBeErrorAsync(404, ErrorBody.Of($"The model `{model}` does not exist or you do not have access to it.", code: "model_not_found"));
        }
    }

    [Fact]
    public async Task A_permission_that_is_not_there_cannot_be_revoked()
    {
        HttpResponseMessage response = await _server.SendAsync(HttpMethod.Delete, Path + "/cp_none");

        await response.ShouldBeErrorAsync(404, ErrorBody.Of("Could not find checkpoint permission: cp_none", "permission_id"));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "")]
    [InlineData("DELETE", "/cp_none")]
    public async Task Only_owners_see_and_change_them(string method, string path)
    {
        string member = _server.Services.GetRequiredService<ApiKeys>().Create("member", "local", Role.Member).Secret;

        HttpResponseMessage response = await _server.SendAsync(new HttpMethod(method), Path + path, method == "POST" ? new StringContent("{}") : null, member);

        await response.ShouldBeErrorAsync(403, ErrorBody.Of("You have insufficient permissions for this operation. It needs the role owner; your key has the role member.", code: "insufficient_permissions"));
    }
}
