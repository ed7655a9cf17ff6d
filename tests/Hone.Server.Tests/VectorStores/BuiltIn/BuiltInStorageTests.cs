using System.Diagnostics;
using Hone.Engine;
using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Indexes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.BuiltIn;

/// <summary>What lies on the disk: after a kill at any instant, after damage, and after most of it was deleted.</summary>
public sealed class BuiltInStorageTests : IDisposable
{
    const int Dimensions = 5, BatchSize = 40;
    const string FolderVariable = "HONE_TEST_VECTORS";

    static readonly VectorCollection Collection = new("向量", Dimensions, VectorMetric.DotProduct);

    readonly string _folder = Directory.CreateTempSubdirectory("hone-vectors-").FullName;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The one collection's folder.</summary>
    string Inside => Directory.GetDirectories(_folder).Single();

    string Log => Path.Combine(Inside, "rows-0", "records.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_process_that_is_killed_loses_nothing_that_it_acknowledged()
    {
        string acknowledged = Path.Combine(_folder, "acknowledged");
        string vectors = Path.Combine(_folder, "vectors");

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
                (found.Count / BatchSize).ShouldBeInRange(batches, batches + 1);
                (found.Count % BatchSize).ShouldBe(0);
                foreach (VectorRecord expected in Enumerable.Range(0, batches).SelectMany(Batch))
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
            await index.UpsertAsync(Collection, Batch(batch), Cancel);
            told.Write("acknowledged\n"u8);
            told.Flush();
        }

        Thread.Sleep(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_log_that_was_cut_anywhere_in_its_last_frame_has_all_that_stood_before()
    {
        await FillAsync(batches: 2);
        long before = new FileInfo(Log).Length;
        await FillAsync(batches: 1, first: 2);
        byte[] whole = await File.ReadAllBytesAsync(Log, Cancel);
        File.Delete(Path.Combine(Inside, "rows-0", "state"));

        for (long length = before; length < whole.Length; length += length < before + 20 ? 1 : 97)
        {
            await File.WriteAllBytesAsync(Log, whole[..(int)length], Cancel);
            BuiltInIndex index = new(_folder);
            await using (index)
            {
                (await index.CountAsync(Collection, Cancel)).ShouldBe(2 * BatchSize);
                await index.UpsertAsync(Collection, Batch(2), Cancel);
            }

            File.Delete(Path.Combine(Inside, "rows-0", "state"));
            (await CountAsync()).ShouldBe(3 * BatchSize);
            File.Delete(Path.Combine(Inside, "rows-0", "state"));
        }
    }

    [Fact]
    public async Task Vectors_that_never_reached_the_disk_are_taken_back_with_their_frame()
    {
        await FillAsync(batches: 2);
        File.Delete(Path.Combine(Inside, "rows-0", "state"));
        using (FileStream vectors = new(Path.Combine(Inside, "rows-0", "00000.vectors"), FileMode.Open))
        {
            vectors.Position = 60 * Dimensions * sizeof(float);
            vectors.Write(new byte[20 * Dimensions * sizeof(float)]);
        }

        (await CountAsync()).ShouldBe(BatchSize);
    }

    [Theory, InlineData(3), InlineData(9), InlineData(30)]
    public async Task Damage_in_the_middle_is_said_and_not_repaired(int at)
    {
        await FillAsync(batches: 3);
        File.Delete(Path.Combine(Inside, "rows-0", "state"));
        byte[] bytes = await File.ReadAllBytesAsync(Log, Cancel);
        bytes[at] ^= 0x40;
        await File.WriteAllBytesAsync(Log, bytes, Cancel);

        (await Should.ThrowAsync<HoneException>(CountAsync)).Message.ShouldContain("records.log is damaged at byte 0");

        (await File.ReadAllBytesAsync(Log, Cancel)).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_state_that_is_damaged_is_made_again_and_a_description_is_not()
    {
        await FillAsync(batches: 3);
        string state = Path.Combine(Inside, "rows-0", "state");
        byte[] bytes = await File.ReadAllBytesAsync(state, Cancel);
        bytes[50] ^= 1;
        await File.WriteAllBytesAsync(state, bytes, Cancel);

        (await CountAsync()).ShouldBe(3 * BatchSize);
        await File.WriteAllTextAsync(Path.Combine(Inside, "collection.json"), "{\"name\":", Cancel);

        (await Should.ThrowAsync<HoneException>(CountAsync)).Message.ShouldContain("collection.json is damaged");
    }

    [Theory, InlineData("records.log", 0), InlineData("records.log", 100), InlineData("00000.vectors", 0), InlineData("00000.codes", 10)]
    public async Task A_file_that_is_missing_or_shorter_is_said(string name, int length)
    {
        await FillAsync(batches: 3);
        string path = Path.Combine(Inside, "rows-0", name);
        File.Delete(path);
        if (length > 0)
            await File.WriteAllBytesAsync(path, new byte[length], Cancel);

        (await Should.ThrowAsync<HoneException>(CountAsync)).Message.ShouldContain(" is missing or shorter than it was. Restore its folder from a copy");
        BuiltInIndex index = new(_folder);
        await using (index)
            (await index.DropAsync(Collection.Name, Cancel)).ShouldBeTrue();
        (await Should.ThrowAsync<HoneException>(CountAsync)).Message.ShouldContain("There is no collection");
    }

    [Fact]
    public async Task Rows_that_are_missing_after_they_were_cleared_are_said_and_nothing_else_is_deleted()
    {
        await FillAsync(batches: 1);
        string description = Path.Combine(Inside, "collection.json");
        await File.WriteAllTextAsync(description, (await File.ReadAllTextAsync(description, Cancel)).Replace("\"generation\":0", "\"generation\":7", StringComparison.Ordinal), Cancel);

        (await Should.ThrowAsync<HoneException>(CountAsync)).Message.ShouldContain("rows-7 is missing");

        File.Exists(Log).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_kill_left_of_a_file_that_was_being_written_is_gone_when_the_rows_are_opened_next()
    {
        await FillAsync(batches: 1);
        string left = Path.Combine(Inside, "rows-0", ".00001.shadows.0123.tmp");
        await File.WriteAllTextAsync(left, "half", Cancel);

        (await CountAsync()).ShouldBe(BatchSize);

        File.Exists(left).ShouldBeFalse();
    }

    [Fact]
    public async Task A_second_process_is_kept_out()
    {
        BuiltInIndex first = new(_folder), second = new(_folder);
        await using (first)
        await using (second)
        {
            await first.CreateAsync(Collection, Cancel);
            await first.UpsertAsync(Collection, Batch(0), Cancel);

            (await Should.ThrowAsync<HoneException>(() => second.UpsertAsync(Collection, Batch(1), Cancel))).Message.ShouldContain("Another process is running in");
        }

        (await CountAsync()).ShouldBe(BatchSize);
    }

    [Fact]
    public async Task Rows_that_no_longer_count_are_cleared_away_once_they_are_most()
    {
        BuiltInIndex index = new(_folder);
        await using (index)
        {
            await index.CreateAsync(Collection, Cancel);
            for (int round = 0; round < 5; round++)
            {
                for (int batch = 0; batch < 50; batch++)
                    await index.UpsertAsync(Collection, Batch(batch), Cancel);
            }

            await index.DeleteAsync(Collection, [.. Batch(7).Select(record => record.Id)], Cancel);
            (await index.CountAsync(Collection, Cancel)).ShouldBe(49 * BatchSize);
        }

        Directory.Exists(Path.Combine(Inside, "rows-0")).ShouldBeFalse();
        BuiltInIndex again = new(_folder);
        await using (again)
        {
            foreach (VectorRecord expected in Batch(8).Concat(Batch(49)))
                (await again.FetchAsync(Collection, [expected.Id], Cancel)).Single().Vector.ShouldBe(expected.Vector);
            (await again.FetchAsync(Collection, [Batch(7)[0].Id], Cancel)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Records_that_change_while_the_dead_are_cleared_away_are_there_as_they_were_last()
    {
        const int Ids = 3000, Rounds = 8;
        BuiltInIndex index = new(_folder, flushes: false);
        Dictionary<string, VectorRecord> expected = [];
        await using (index)
        {
            await index.CreateAsync(Collection, Cancel);
            for (int round = 0; round < Rounds; round++)
            {
                for (int first = 0; first < Ids; first += 100)
                {
                    VectorRecord[] records = [.. Enumerable.Range(first, 100).Select(i => new VectorRecord($"{i}", [round, i, 1, 0, 0], new Dictionary<string, MetadataValue> { ["round"] = round }))];
                    await index.UpsertAsync(Collection, records, Cancel);
                    foreach (VectorRecord record in records)
                        expected[record.Id] = record;
                    string[] deleted = [$"{(first * 7) % Ids}", $"{first + 50}"];
                    await index.DeleteAsync(Collection, deleted, Cancel);
                    foreach (string id in deleted)
                        expected.Remove(id);
                    (await index.QueryAsync(Collection, new VectorQuery(records[3].Vector, 1, new VectorFilter.Compare("round", Comparator.Eq, round)), Cancel)).Count.ShouldBe(1);
                }
            }

            await ShouldHold(index, expected);
        }

        Directory.Exists(Path.Combine(Inside, "rows-0")).ShouldBeFalse();
        Directory.GetDirectories(Inside).Length.ShouldBe(1);
        BuiltInIndex again = new(_folder);
        await using (again)
            await ShouldHold(again, expected);
    }

    [Fact]
    public async Task Who_counts_through_records_is_not_disturbed_when_the_dead_are_cleared_away()
    {
        BuiltInIndex index = new(_folder, flushes: false);
        await using (index)
        {
            await index.CreateAsync(Collection, Cancel);
            for (int batch = 0; batch < 60; batch++)
                await index.UpsertAsync(Collection, Batch(batch), Cancel);
            HashSet<string> found = [];
            await foreach (VectorRecord record in index.ScanAsync(Collection, Cancel))
            {
                if (found.Count == 1500)
                {
                    for (int round = 0; round < 3; round++)
                    {
                        for (int batch = 0; batch < 60; batch++)
                            await index.UpsertAsync(Collection, Batch(batch), Cancel);
                    }

                    await index.SettleAsync(Collection);
                    Directory.Exists(Path.Combine(Inside, "rows-1")).ShouldBeTrue();
                }

                found.Add(record.Id).ShouldBeTrue();
            }

            found.Count.ShouldBeInRange(1500, 60 * BatchSize);
            Directory.Exists(Path.Combine(Inside, "rows-0")).ShouldBeFalse();
            await ShouldHold(index, Enumerable.Range(0, 60).SelectMany(Batch).ToDictionary(record => record.Id));
        }
    }

    [Fact]
    public async Task Who_counts_through_records_that_are_dropped_leaves_those_of_a_new_collection_of_that_name()
    {
        BuiltInIndex index = new(_folder, flushes: false);
        await using (index)
        {
            await index.CreateAsync(Collection, Cancel);
            for (int batch = 0; batch < 60; batch++)
                await index.UpsertAsync(Collection, Batch(batch), Cancel);
            await using (IAsyncEnumerator<VectorRecord> scan = index.ScanAsync(Collection, Cancel).GetAsyncEnumerator(Cancel))
            {
                (await scan.MoveNextAsync()).ShouldBeTrue();
                for (int round = 0; round < 3; round++)
                {
                    for (int batch = 0; batch < 60; batch++)
                        await index.UpsertAsync(Collection, Batch(batch), Cancel);
                }

                await index.SettleAsync(Collection);
                Directory.Exists(Path.Combine(Inside, "rows-1")).ShouldBeTrue();
                await index.DropAsync(Collection.Name, Cancel);
                await index.CreateAsync(Collection, Cancel);
                await index.UpsertAsync(Collection, Batch(3), Cancel);
            }
        }

        BuiltInIndex again = new(_folder);
        await using (again)
            await ShouldHold(again, Batch(3).ToDictionary(record => record.Id));
    }

    static async Task ShouldHold(BuiltInIndex index, Dictionary<string, VectorRecord> expected)
    {
        (await index.CountAsync(Collection, Cancel)).ShouldBe(expected.Count);
        HashSet<string> found = [];
        await foreach (VectorRecord record in index.ScanAsync(Collection, Cancel))
        {
            found.Add(record.Id).ShouldBeTrue();
            record.Vector.ShouldBe(expected[record.Id].Vector);
            record.Metadata.ShouldBe(expected[record.Id].Metadata);
        }

        found.Count.ShouldBe(expected.Count);
    }

    [Fact]
    public void An_id_is_found_among_others_with_its_hash()
    {
        HashSet<int> dead = [];
        IdTable ids = new(row => (ulong)(row % 3), row => !dead.Contains(row), 0);

        for (int row = 0; row < 2000; row++)
            ids.Add((ulong)(row % 3), row);
        dead.Add(1000);
        ids.Add(1, 5002);

        ids.Find(1).Order().ShouldBe(Enumerable.Range(0, 2000).Where(row => row % 3 == 1 && row != 1000).Append(5002));
        ids.Find(7).ShouldBeEmpty();
    }

    async Task FillAsync(int batches, int first = 0)
    {
        BuiltInIndex index = new(_folder);
        await using (index)
        {
            if (await index.FindAsync(Collection.Name, Cancel) is null)
                await index.CreateAsync(Collection, Cancel);
            for (int batch = first; batch < first + batches; batch++)
                await index.UpsertAsync(Collection, Batch(batch), Cancel);
        }
    }

    async Task<long> CountAsync()
    {
        BuiltInIndex index = new(_folder);
        await using (index)
            return await index.CountAsync(Collection, Cancel);
    }

    static VectorRecord[] Batch(int number) =>
    [
        .. Enumerable.Range(number * BatchSize, BatchSize).Select(i =>
            new VectorRecord($"文 {i}", [.. Enumerable.Range(0, Dimensions).Select(d => (i * 10f) + d)], new Dictionary<string, MetadataValue> { ["number"] = i, ["text"] = new string('x', i % 900) })),
    ];

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
        ProcessStartInfo start = new(Path.ChangeExtension(typeof(BuiltInStorageTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null)!)
        {
            RedirectStandardOutput = true,
            ArgumentList = { "-method", $"{typeof(BuiltInStorageTests).FullName}.{nameof(Child)}", "-explicit", "on", "-xml", Path.Combine(_folder, "child.xml") },
            Environment = { [FolderVariable] = _folder },
        };
        Process child = Process.Start(start)!;
        child.OutputDataReceived += (_, _) => { };
        child.BeginOutputReadLine();
        return child;
    }
}
