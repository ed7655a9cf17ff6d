using Hone.Server.Tests.Http;
using Hone.Server.VectorStores;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores;

/// <summary>Stores and files that come to an end, and those that something happened to.</summary>
public sealed class VectorStoreLifetimeTests : IAsyncLifetime
{
    StoreServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StoreServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_store_that_nobody_used_for_its_days_is_expired()
    {
        ShiftedClock clock = new();
        await using StoreServer server = await StoreServer.StartAsync(options => options with { Clock = clock });
        string file = await server.UploadAsync("some text"), store = await server.StoreAsync(file);
        await server.PostAsync($"/vector_stores/{store}", """{"expires_after":{"anchor":"last_active_at","days":2}}""");

        clock.Shift = TimeSpan.FromDays(3);

        (await server.GetAsync($"/vector_stores/{store}"))["status"]!.GetValue<string>().ShouldBe("expired");
        await (await server.Server.PostAsync($"/v1/vector_stores/{store}/search", """{"query":"a"}""")).ShouldBeErrorAsync(
            400, ErrorBody.Of($"Vector store with id '{store}' has expired: nobody used it for 2 days. Make a new one.", "vector_store_id", "vector_store_expired"));
    }

    [Fact]
    public async Task A_file_whose_time_is_over_leaves_its_stores()
    {
        ShiftedClock clock = new();
        await using StoreServer server = await StoreServer.StartAsync(options => options with { Clock = clock });
        using MultipartFormDataContent form = new()
        {
            { new StringContent("user_data"), "purpose" },
            { new StringContent("created_at"), "expires_after[anchor]" },
            { new StringContent("3600"), "expires_after[seconds]" },
            { new StringContent("some text"), "file", "a.txt" },
        };
        string file = (await TestServer.JsonOf(await server.Server.SendAsync(HttpMethod.Post, "/v1/files", form)))["id"]!.GetValue<string>(), store = await server.StoreAsync(file);

        clock.Shift = TimeSpan.FromHours(2);

        await Patience.UntilAsync(async () => (await server.GetAsync($"/vector_stores/{store}"))["file_counts"]!["total"]!.GetValue<int>() == 0, "the file to leave its store");
    }

    [Fact]
    public async Task A_file_whose_content_is_lost_fails_and_others_go_on()
    {
        string lost = await _server.UploadAsync("lost text"), other = await _server.UploadAsync("other text");
        File.Delete(Path.Combine(_server.Server.DataRoot, "files", lost));

        string store = await _server.StoreAsync(lost, other);

        (await _server.GetAsync($"/vector_stores/{store}/files/{lost}"))["last_error"]!.ToJsonString().ShouldBe("""{"code":"server_error","message":"The content of the file is missing on the server."}""");
        (await _server.GetAsync($"/vector_stores/{store}"))["file_counts"]!["completed"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_store_whose_vectors_are_damaged_keeps_no_other_from_its_files()
    {
        string damaged = await _server.StoreAsync(await _server.UploadAsync("some text"));
        await File.WriteAllTextAsync(Directory.GetFiles(_server.Server.DataRoot, "collection.json", SearchOption.AllDirectories).Single(), "{");
        await _server.PostAsync($"/vector_stores/{damaged}/files", $$"""{"file_id":"{{await _server.UploadAsync("more text")}}"}""");

        string store = await _server.StoreAsync(await _server.UploadAsync("other text"));

        (await _server.GetAsync($"/vector_stores/{store}"))["file_counts"]!["completed"]!.GetValue<int>().ShouldBe(1);
        (await _server.GetAsync($"/vector_stores/{damaged}"))["status"]!.GetValue<string>().ShouldBe("in_progress");
    }

    [Fact]
    public async Task Files_that_a_former_process_left_in_progress_are_taken_in()
    {
        string file = await _server.UploadAsync("some text"), store = await _server.StoreAsync(file);
        VectorStoreRows rows = _server.Server.Services.GetRequiredService<VectorStoreRows>();

        rows.ChangeFile(store, file, current => current with { Status = VectorStoreFile.InProgress, Chunks = 0 });

        (await _server.DoneAsync(store))["file_counts"]!["completed"]!.GetValue<int>().ShouldBe(1);
        (await _server.PostAsync($"/vector_stores/{store}/search", """{"query":"some text"}"""))["data"]!.AsArray().Count.ShouldBe(1);
    }
}
