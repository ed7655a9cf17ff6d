using System.Text;
using System.Text.Json.Nodes;
using Hone.Cli.Tests.FineTuning;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Jobs;

public sealed class VectorStoreKillTests : IDisposable
{
    readonly Workplace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task A_server_that_is_killed_goes_on_with_the_files_of_its_stores()
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 3000).Select(i => $"Line {i} of a long text, 第 {i} 行。")));
        string store;
        using (ServerProcess first = ServerProcess.Start(_work.Data))
        {
            string file = await first.UploadAsync(text, "long.txt", "user_data");
            store = (await first.PostAsync("/v1/vector_stores", new { file_ids = new[] { file } }))["id"]!.GetValue<string>();
            string vectors = Path.Combine(_work.Data, "vector_stores");
            while (!Directory.Exists(vectors) || !Directory.EnumerateFiles(vectors, "records.log", SearchOption.AllDirectories).Any(path => new FileInfo(path).Length > 0))
                await Task.Delay(10);
            first.Kill();
        }

        using ServerProcess second = ServerProcess.Start(_work.Data);
        JsonNode found = await second.GetAsync($"/v1/vector_stores/{store}");
        while (found["status"]!.GetValue<string>() == "in_progress")
        {
            await Task.Delay(100);
            found = await second.GetAsync($"/v1/vector_stores/{store}");
        }

        found["file_counts"]!["completed"]!.GetValue<int>().ShouldBe(1);
        string again = (await second.GetAsync($"/v1/vector_stores/{store}/files"))["data"]![0]!["id"]!.GetValue<string>();
        string[] parts = [.. (await second.GetAsync($"/v1/vector_stores/{store}/files/{again}/content"))["data"]!.AsArray().Select(part => part!["text"]!.GetValue<string>())];
        parts[0].ShouldStartWith("Line 0 of a long text");
        parts[^1].ShouldEndWith("第 2999 行。");
        parts.ShouldBeUnique();
        foreach (int line in (int[])[1, 999, 1500, 2500])
            parts.ShouldContain(part => part.Contains($"Line {line} of", StringComparison.Ordinal));
        (await second.PostAsync($"/v1/vector_stores/{store}/search", new { query = "Line 7", max_num_results = 3 }))["data"]!.AsArray().Count.ShouldBe(3);
    }
}
