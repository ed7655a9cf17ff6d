using Hone.Server.Analysis;
using Hone.Server.Http;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Analysis;

public sealed class AnalysisPlacesTests
{
    [Fact]
    public async Task Rows_of_two_analyses_are_in_memory_others_wait_and_more_are_turned_away()
    {
        using AnalysisAnswer answer = new();
        TaskCompletionSource end = new();
        int inMemory = 0;

        Task<int>[] begun = [.. Enumerable.Range(0, 16).Select(i => answer.InPlaceAsync(async () =>
        {
            Interlocked.Increment(ref inMemory).ShouldBeLessThanOrEqualTo(2);
            await end.Task;
            Interlocked.Decrement(ref inMemory);
            return i;
        }, default).AsTask())];
        int atFirst = inMemory;
        ApiError refused = await Should.ThrowAsync<ApiError>(() => answer.InPlaceAsync(() => ValueTask.FromResult(0), default).AsTask());
        end.SetResult();
        int[] all = await Task.WhenAll(begun);
        int afterwards = await answer.InPlaceAsync(() => ValueTask.FromResult(7), default);

        atFirst.ShouldBe(2);
        (refused.Status, refused.Code).ShouldBe((429, "engine_overloaded"));
        all.ShouldBe(Enumerable.Range(0, 16));
        afterwards.ShouldBe(7);
    }
}
