using System.ClientModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Cli.Tests.FineTuning;
using Hone.Cli.Tests.Repository;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Files;
using OpenAI.FineTuning;
using OpenAI.Models;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Jobs;

/// <summary>What scripts of users do, with the official clients against the real server: only the address is another.</summary>
public sealed class JourneyTests : IDisposable
{
    readonly Workplace _work = new();
    readonly ServerProcess _server;

    public JourneyTests()
    {
        _work.Run("models", "add", Workplace.Model, "--name", "tiny").ExitCode.ShouldBe(0);
        _server = ServerProcess.Start(_work.Data);
    }

    public void Dispose()
    {
        _server.Dispose();
        _work.Dispose();
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task The_net_client_uploads_tunes_chats_and_deletes()
    {
        OpenAIClient client = new(new ApiKeyCredential("sk-any"), new OpenAIClientOptions { Endpoint = _server.Url });
        OpenAIFileClient files = client.GetOpenAIFileClient();
        byte[] examples = await File.ReadAllBytesAsync(_work.Chats(12));

        OpenAIFile file = await files.UploadFileAsync(new MemoryStream(examples), "训练 données.jsonl", FileUploadPurpose.FineTune);
        FineTuningJob job = await client.GetFineTuningClient().FineTuneAsync("tiny", file.Id, waitUntilCompleted: false, new FineTuningOptions
        {
            Suffix = "net",
            Seed = 7,
            TrainingMethod = FineTuningTrainingMethod.CreateSupervised(epochCount: 2, batchSize: 4),
        });
        await job.WaitForCompletionAsync();
        FineTuningEvent[] events = await All(job.GetEventsAsync(new GetEventsOptions { PageSize = 1 }));
        FineTuningCheckpoint[] checkpoints = await All(job.GetCheckpointsAsync(new GetCheckpointsOptions { PageSize = 1 }));
        string result = (await _server.GetAsync($"/v1/fine_tuning/jobs/{job.JobId}"))["result_files"]![0]!.GetValue<string>();
        BinaryData results = await files.DownloadFileAsync(result);
        ChatClient chat = client.GetChatClient(job.Value);
        ChatCompletionOptions greedy = new() { Temperature = 0, MaxOutputTokenCount = 8 };
        ChatCompletion answer = await chat.CompleteChatAsync([new UserChatMessage("Name 1")], greedy);
        StringBuilder streamed = new();
        await foreach (StreamingChatCompletionUpdate update in chat.CompleteChatStreamingAsync([new UserChatMessage("Name 1")], greedy))
            streamed.AppendJoin("", update.ContentUpdate.Select(part => part.Text));
        // The client asks for base64, and decodes it.
        OpenAIEmbeddingCollection embeddings = await client.GetEmbeddingClient("text-embedding-3-small").GenerateEmbeddingsAsync(["a cat", "一只狗在公园里"]);
        JsonNode numbers = await _server.PostAsync("/v1/embeddings", new { model = "text-embedding-3-small", input = new[] { "a cat", "一只狗在公园里" }, encoding_format = "float" });

        file.Filename.ShouldBe("训练 données.jsonl");
        job.Status.ShouldBe(FineTuningStatus.Succeeded);
        job.Value.ShouldStartWith("ft:tiny:local:net:");
        events.Select(happened => happened.Id).Distinct().Count().ShouldBe(events.Length);
        events.Count(happened => happened.Message.StartsWith("Step ", StringComparison.Ordinal)).ShouldBe(6);
        checkpoints.Select(checkpoint => checkpoint.StepNumber).ShouldBe([6, 3]);
        results.ToString().ShouldStartWith("step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,");
        streamed.ToString().ShouldBe(string.Concat(answer.Content.Select(part => part.Text)));
        embeddings.Select(embedding => embedding.Index).ShouldBe([0, 1]);
        foreach (OpenAIEmbedding embedding in embeddings)
            embedding.ToFloats().ToArray().ShouldBe(numbers["data"]![embedding.Index]!["embedding"]!.AsArray().Select(value => value!.GetValue<float>()));
        OpenAIModelClient models = client.GetOpenAIModelClient();
        (await models.DeleteModelAsync(job.Value)).Value.Deleted.ShouldBeTrue();
        (await files.DeleteFileAsync(file.Id)).Value.Deleted.ShouldBeTrue();
        (await Should.ThrowAsync<ClientResultException>(async () => await models.GetModelAsync(job.Value))).Status.ShouldBe(404);
        (await Should.ThrowAsync<ClientResultException>(async () => await files.GetFileAsync(file.Id))).Status.ShouldBe(404);
        (await Should.ThrowAsync<ClientResultException>(async () => await chat.CompleteChatAsync([new UserChatMessage("Name 1")], greedy))).Status.ShouldBe(404);
    }

    [Theory(Explicit = true), Trait("Kind", "Slow")]
    [InlineData("journey.mjs", "tiny"), InlineData("vector_stores.mjs", "")]
    public async Task The_npm_client_does_the_same(string script, string model)
    {
        string folder = Path.Combine(RepositoryFiles.Root, "tests", "clients");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules")), "skipped: 'npm ci' was not run in tests/clients");

        using Process node = Process.Start(new ProcessStartInfo("node", [script, _server.Url.ToString(), model]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = node.StandardError.ReadToEndAsync();
        string output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();

        node.ExitCode.ShouldBe(0, await error);
        output.Trim().ShouldBe("done");
    }

    static async Task<T[]> All<T>(AsyncCollectionResult<T> pages)
    {
        List<T> items = [];
        await foreach (T item in pages)
            items.Add(item);
        return [.. items];
    }
}
