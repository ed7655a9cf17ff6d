using Hone.Engine;
using Hone.Engine.Embedding;
using Hone.Server.Embeddings;
using Hone.Server.Tests.Models;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Embeddings;

public sealed class EmbeddingQueueTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-queue-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_request_that_cannot_be_computed_fails_alone()
    {
        TinyEncoder.Write(_folder, seed: 3);
        using var queue = new EmbeddingQueue(EmbeddingModel.Open(_folder));
        int[] text = [.. Enumerable.Repeat(300, 30)];

        // While the first is computed, the others come to stand beside each other.
        Task<float[][]> first = queue.TryEmbed([.. Enumerable.Repeat(text, 2000)], TooLong.Error, default)!;
        Task<float[][]>[] good = [queue.TryEmbed([text], TooLong.Error, default)!, queue.TryEmbed([text], TooLong.Error, default)!];
        Task<float[][]> bad = queue.TryEmbed([[]], TooLong.Error, default)!;
        Task<float[][]> last = queue.TryEmbed([text], TooLong.Error, default)!;

        await Should.ThrowAsync<HoneException>(() => bad);
        float[] expected = (await first)[0];
        foreach (Task<float[][]> each in good.Append(last))
            (await each)[0].ShouldBe(expected);
    }

    [Fact]
    public async Task Clients_that_went_away_leave_their_places_to_others()
    {
        TinyEncoder.Write(_folder, seed: 3);
        using var queue = new EmbeddingQueue(EmbeddingModel.Open(_folder));
        int[][] many = [.. Enumerable.Repeat((int[])[300], EmbeddingQueue.MaxWaiting)];
        using CancellationTokenSource gone = new();
        await gone.CancelAsync();

        for (int i = 0; i < 3; i++)
            await Should.ThrowAsync<OperationCanceledException>(() => queue.TryEmbed(many, TooLong.Error, gone.Token)!);

        (await queue.TryEmbed([[300]], TooLong.Error, default)!).Length.ShouldBe(1);
    }
}
