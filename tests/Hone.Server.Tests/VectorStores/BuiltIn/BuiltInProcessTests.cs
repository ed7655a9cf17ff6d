using System.Diagnostics;
using Hone.Engine;
using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Indexes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.BuiltIn;

/// <summary>Other processes: one that is killed at any instant, and one that wants the same collection.</summary>
public sealed class BuiltInProcessTests : IDisposable
{
    const string FolderVariable = "HONE_TEST_VECTORS";

    readonly StoredVectors _stored = new();

    static VectorCollection Collection => StoredVectors.Collection;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _stored.Dispose();

    [Fact]
    public async Task A_process_that_is_killed_loses_nothing_that_it_acknowledged()
    {
        string acknowledged = Path.Combine(_stored.Folder, "acknowledged");
        string vectors = Path.Combine(_stored.Folder, "vectors");

        int batches = 0;
        for (int kill = 1; kill <= 4; kill++)
        {
            using Process child = StartChild();
            while (!child.HasExited && LinesOf(acknowledged) < batches + (kill * 3))
                Thread.Sleep(1);
            child.HasExited.ShouldBeFalse("the process must be alive when it is killed");
            child.Kill();
            await child.WaitForExitAsync(Cancel);

            batches = LinesOf(acknowledged);
            BuiltInIndex index = new(vectors);
            await using (index)
            {
                Dictionary<string, VectorRecord> found = [];
                await foreach (VectorRecord record in index.ScanAsync(Collection, Cancel))
                    found.Add(record.Id, record);
                (found.Count / StoredVectors.BatchSize).ShouldBeInRange(batches, batches + 1);
                (found.Count % StoredVectors.BatchSize).ShouldBe(0);
                foreach (VectorRecord expected in Enumerable.Range(0, batches).SelectMany(StoredVectors.Batch))
                {
                    found[expected.Id].Vector.ShouldBe(expected.Vector);
                    found[expected.Id].Metadata.ShouldBe(expected.Metadata);
                }
            }
        }
    }

    /// <summary>What the process that is killed does; skipped in an ordinary run.</summary>
    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task Child()
    {
        string? folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, "skipped: runs in a process of its own");
        string acknowledged = Path.Combine(folder!, "acknowledged");
        int start = LinesOf(acknowledged);
        BuiltInIndex index = new(Path.Combine(folder!, "vectors"));
        if (await index.FindAsync(Collection.Name, Cancel) is null)
            await index.CreateAsync(Collection, Cancel);
        using FileStream told = new(acknowledged, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        for (int batch = start; batch < start + 10_000; batch++)
        {
            await index.UpsertAsync(Collection, StoredVectors.Batch(batch), Cancel);
            told.Write("acknowledged\n"u8);
            told.Flush();
        }

        Thread.Sleep(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_second_process_is_kept_out()
    {
        BuiltInIndex first = new(_stored.Folder), second = new(_stored.Folder);
        await using (first)
        await using (second)
        {
            await first.CreateAsync(Collection, Cancel);
            await first.UpsertAsync(Collection, StoredVectors.Batch(0), Cancel);

            (await Should.ThrowAsync<HoneException>(() => second.UpsertAsync(Collection, StoredVectors.Batch(1), Cancel))).Message.ShouldContain("Another process is running in");
        }

        (await _stored.CountAsync()).ShouldBe(StoredVectors.BatchSize);
    }

    static int LinesOf(string path)
    {
        if (!File.Exists(path))
            return 0;
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        return reader.ReadToEnd().Count(letter => letter == '\n');
    }

    Process StartChild()
    {
        ProcessStartInfo start = new(Path.ChangeExtension(typeof(BuiltInProcessTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null)!)
        {
            RedirectStandardOutput = true,
            ArgumentList = { "-method", $"{typeof(BuiltInProcessTests).FullName}.{nameof(Child)}", "-explicit", "on", "-xml", Path.Combine(_stored.Folder, "child.xml") },
            Environment = { [FolderVariable] = _stored.Folder },
        };
        Process child = Process.Start(start)!;
        child.OutputDataReceived += (_, _) => { };
        child.BeginOutputReadLine();
        return child;
    }
}
