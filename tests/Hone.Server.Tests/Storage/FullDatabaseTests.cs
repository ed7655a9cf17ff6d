using System.Net;
using System.Text.Json.Nodes;
using Hone.Engine;
using Hone.Server.FineTuning;
using Hone.Server.Storage;
using Hone.Server.Tests.Files;
using Hone.Server.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Storage;

/// <summary>A database that has no room: SQLite says the same of a full disk and of a database that has reached its own bound.</summary>
public sealed class FullDatabaseTests
{
    [Fact]
    public async Task What_cannot_be_kept_is_507_with_a_reason_and_what_was_kept_is_there()
    {
        await using TestServer server = await TestServer.StartAsync();
        List<string> kept = [];

        HttpResponseMessage refused = await UploadUntil(HttpStatusCode.InsufficientStorage, server, kept, pages: 1);
        JsonNode listed = await TestServer.JsonOf(await server.GetAsync("/v1/files"));
        string[] contents = Directory.GetFiles(Path.Combine(server.DataRoot, "files"));

        JsonNode body = await TestServer.JsonOf(refused);
        JsonNode.DeepEquals(body, JsonNode.Parse(
            """{"error":{"message":"The disk of the server's database is full. Nothing was kept of this request. Whoever runs the server has to free some space; then send the request again.","type":"server_error","param":null,"code":"insufficient_storage"}}""")).ShouldBeTrue(body.ToJsonString());
        listed["data"]!.AsArray().Select(file => file!["id"]!.GetValue<string>()).ShouldBe(kept.AsEnumerable().Reverse());
        contents.Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(kept.Order(StringComparer.Ordinal));
        await UploadUntil(HttpStatusCode.OK, server, kept, pages: 1 << 30);
    }

    [Fact]
    public void A_job_that_the_database_has_no_room_for_fails_with_that_reason()
    {
        JobError error = JobProblems.Describe(new HoneException("no", new DatabaseFullException("/data/hone.db", new Microsoft.Data.Sqlite.SqliteException("full", 13))))!;

        error.Code.ShouldBe("disk_full");
    }

    /// <summary>Uploads files until an answer comes; each that was taken is noted.</summary>
    static async Task<HttpResponseMessage> UploadUntil(HttpStatusCode status, TestServer server, List<string> kept, int pages)
    {
        Database database = server.Services.GetRequiredService<Database>();
        for (int i = 0; i < 5000; i++)
        {
            // Each time anew, because the server's own looks at the database hold connections now and then.
            Bound(database, pages);
            HttpResponseMessage response = await FilesTests.Upload(server, "user_data", "x");
            if (response.IsSuccessStatusCode)
                kept.Add((await TestServer.JsonOf(response))["id"]!.GetValue<string>());
            if (response.StatusCode == status)
                return response;
        }

        throw new InvalidOperationException($"No answer was {status}.");
    }

    /// <summary>Bounds the database for the connections that wait in the pool: it is a setting of each.</summary>
    static void Bound(Database database, int pages, int connections = 16) =>
        database.Read(session =>
        {
            session.Execute(FormattableString.Invariant($"PRAGMA max_page_count = {pages}"));
            if (connections > 1)
                Bound(database, pages, connections - 1);
            return 0;
        });
}
