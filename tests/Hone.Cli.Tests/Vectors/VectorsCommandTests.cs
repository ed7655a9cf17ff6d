using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Vectors;
using Hone.Server.VectorStores.Indexes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Vectors;

public sealed class VectorsCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-vectors-").FullName;

    string From => $"folder:{Path.Combine(_folder, "a")}";

    string To => $"folder:{Path.Combine(_folder, "b")}";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_collection_is_listed_counted_and_copied()
    {
        await FillAsync();

        CliRun.Of("vectors", "list", From).Output.ShouldBe("NAME  DIMENSIONS  METRIC  RECORDS\n文档  2           Cosine  3\n");
        CliRun.Of("vectors", "count", $"{From}/文档").Output.ShouldBe("3\n");
        CliRun copied = CliRun.Of("vectors", "copy", $"{From}/文档", $"{To}/docs");

        copied.Error.ShouldBeEmpty();
        copied.ExitCode.ShouldBe(0);
        copied.Output.ShouldContain("Copied 3 records; 0 were there already.\nRecords: 3 in the source, 3 in the copy.\nCompared: 3 records drawn at random, 0 differ.\nQueries: 3, of their nearest records 100.0 % agree.");
        CliRun.Of("vectors", "count", $"{To}/docs").Output.ShouldBe("3\n");
    }

    [Fact]
    public void An_index_without_collections_is_said_to_have_none() => CliRun.Of("vectors", "list", $"folder:{_folder}").Output.ShouldBe($"folder:{_folder} has no collections.\n");

    [Theory]
    [InlineData("vectors list folder:{0}/nowhere", "There is no folder {0}/nowhere. Is the path right?\n")]
    [InlineData("vectors count folder:{0}/nowhere/docs", "There is no folder {0}/nowhere. Is the path right?\n")]
    [InlineData("vectors copy folder:{0}/nowhere/docs folder:{0}/to/docs", "There is no folder {0}/nowhere. Is the path right?\n")]
    [InlineData("vectors list folder:{0}/file", "{0}/file is a file. Name the folder that the collections are in.\n")]
    public void A_folder_that_is_none_is_an_error_and_makes_nothing(string command, string message)
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");

        CliRun run = CliRun.Of([.. command.Split(' ').Select(word => string.Format(null, word, _folder))]);

        (run.ExitCode, run.Error).ShouldBe((1, string.Format(null, message, _folder)));
        Directory.GetFileSystemEntries(_folder).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_copy_that_a_database_breaks_off_says_how_far_it_came_and_how_to_go_on()
    {
        await FillAsync(1100);
        await using WebApplication qdrant = FullQdrant();
        string to = $"qdrant:{qdrant.Urls.First()}/docs";

        CliRun run = CliRun.Of("vectors", "copy", $"{From}/文档", to);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("refused /collections/docs/points: 507 (disk is full). Stopped after 500 of 1100 records. Run the same command with --resume to go on.\n");
    }

    [Fact]
    public async Task Loading_that_a_database_breaks_off_says_how_far_it_came_and_how_to_go_on()
    {
        string file = Path.Combine(_folder, "v.jsonl");
        File.WriteAllLines(file, Enumerable.Range(0, 1100).Select(i => $$"""{"embedding": [1, {{i}}]}"""));
        await using WebApplication qdrant = FullQdrant();

        CliRun run = CliRun.Of("vectors", "load", file, $"qdrant:{qdrant.Urls.First()}/docs");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("507 (disk is full). Stopped after 500 of 1100 records. Run the same command with --add to go on.\n");
    }

    [Fact]
    public async Task A_collection_is_not_copied_onto_itself_however_its_folder_is_written()
    {
        await FillAsync();

        CliRun run = CliRun.Of("vectors", "copy", $"{From}/文档", $"folder:{Path.Combine(_folder, "b", "..", "a")}/文档", "--resume");

        (run.ExitCode, run.Error).ShouldBe((1, "FROM and TO are the same collection. Copy to another name.\n"));
    }

    [Fact]
    public async Task The_folder_of_a_collection_is_no_index()
    {
        await FillAsync();
        string folder = Directory.GetDirectories(Path.Combine(_folder, "a")).Single();

        CliRun run = CliRun.Of("vectors", "list", $"folder:{folder}");

        (run.ExitCode, run.Error).ShouldBe((1, $"{folder} holds the collection \"文档\" itself. Name the folder above it.\n"));
    }

    [Fact]
    public async Task A_copy_goes_on_where_it_is_told_to_and_is_refused_otherwise()
    {
        await FillAsync();
        CliRun.Of("vectors", "copy", $"{From}/文档", $"{To}/docs").ExitCode.ShouldBe(0);

        CliRun refused = CliRun.Of("vectors", "copy", $"{From}/文档", $"{To}/docs");
        var resumed = JsonNode.Parse(CliRun.Of("vectors", "copy", $"{From}/文档", $"{To}/docs", "--resume", "--json").Output)!;

        (refused.ExitCode, refused.Error).ShouldBe((1, "\"docs\" is there already and has 3 records. Add --resume to go on with a copy that was interrupted, or copy to another name.\n"));
        ((int)resumed["copied"]!, (int)resumed["were_there"]!, (double)resumed["agreement"]!).ShouldBe((0, 3, 1.0));
    }

    [Fact]
    public async Task In_a_collection_that_others_made_and_nobody_filled_there_is_nothing_to_find()
    {
        await using WebApplication chroma = Database(app => app.MapGet("/{**path}", () => Results.Json(new { name = "docs", id = "1", configuration_json = new { } })));

        CliRun run = CliRun.Of("search", $"chroma:{chroma.Urls.First()}/docs", "coffee");

        (run.ExitCode, run.Error).ShouldBe((1, "\"docs\" has no records yet, which would say how long its vectors are. There is nothing to find.\n"));
    }

    [Fact]
    public void Texts_are_embedded_loaded_and_found()
    {
        string file = Path.Combine(_folder, "texts.csv"), vectors = Path.Combine(_folder, "vectors.jsonl");
        File.WriteAllLines(file, ["name,text,stars,page", "一,I drink coffee every morning,5,https://example.com/a/long/address", "二,The dog barks at night,1,https://example.com/a/long/address", "三,这款茶很香,4,https://example.com/a/long/address"]);
        CliRun.Of("embed", file, "--column", "text", "--dimensions", "128", "--out", vectors).ExitCode.ShouldBe(0);

        CliRun loaded = CliRun.Of("vectors", "load", vectors, $"{From}/评论", "--id", "name");
        CliRun again = CliRun.Of("vectors", "load", vectors, $"{From}/评论", "--id", "name");
        CliRun added = CliRun.Of("vectors", "load", vectors, $"{From}/评论", "--add", "--json");
        CliRun found = CliRun.Of("search", $"{From}/评论", "The dog barks at night", "-k", "2", "--json");
        CliRun shown = CliRun.Of("search", $"{From}/评论", "这款茶很香", "-k", "1");
        CliRun named = CliRun.Of("search", $"{From}/评论", "这款茶很香", "-k", "1", "--column", "stars");

        loaded.ExitCode.ShouldBe(0, loaded.Error);
        loaded.Output.ShouldContain("3 records of 128 numbers by hone-embed@");
        again.ExitCode.ShouldBe(1);
        again.Error.ShouldContain("is there already and has 3 records. Add --add");
        ((int)JsonNode.Parse(added.Output)!["records"]!).ShouldBe(6);
        JsonNode[] matches = [.. JsonNode.Parse(found.Output)!["matches"]!.AsArray().Select(match => match!)];
        matches.Select(match => (string)match["text"]!).ShouldAllBe(text => text == "The dog barks at night");
        ((double)matches[0]["score"]!).ShouldBe(1, 1e-5);
        ((string)matches[0]["metadata"]!["embedding_model"]!).ShouldStartWith("hone-embed@");
        shown.Output.ShouldContain("这款茶很香");
        shown.Output.ShouldNotContain("does not say");
        named.Output.ShouldEndWith("  4\n");
    }

    [Theory]
    [InlineData("{\"a\":\"x\",\"embedding\":[1,0]}\n{\"a\":\"x\",\"embedding\":[0,1]}\n", "line 2: \"x\" names the record of line 1 already", "--id", "a")]
    [InlineData("{\"a\":\"x\",\"embedding\":[1,0]}\n{\"a\":\"\",\"embedding\":[0,1]}\n", "line 2: the column a, which is to name the record, is empty", "--id", "a")]
    [InlineData("{\"a\":\"x\",\"embedding\":[1,0]}\n", "has no column b. It has: a", "--id", "b")]
    [InlineData("{\"a\":\"x\",\"embedding\":[1,0]}\n{\"a\":\"y\",\"embedding\":[0]}\n", "Line 2, column embedding: there are 1 numbers")]
    [InlineData("{\"a\":\"x\"}\n", "has no column of vectors")]
    public void A_file_that_cannot_be_loaded_leaves_no_collection(string content, string reason, params string[] options)
    {
        string file = Path.Combine(_folder, "v.jsonl");
        File.WriteAllText(file, content);

        CliRun run = CliRun.Of(["vectors", "load", file, $"{From}/docs", .. options]);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(reason);
        Directory.Exists(Path.Combine(_folder, "a")).ShouldBeFalse();
    }

    [Fact]
    public async Task What_does_not_fit_a_collection_is_refused_by_name()
    {
        await FillAsync();
        string file = Path.Combine(_folder, "v.jsonl");
        File.WriteAllText(file, """{"embedding":[1,2,3]}""" + "\n");

        CliRun.Of("vectors", "load", file, $"{From}/文档", "--add").Error.ShouldContain("holds vectors of 2 numbers, and");
        File.WriteAllText(file, """{"embedding":[1,2]}""" + "\n");
        CliRun.Of("vectors", "load", file, $"{From}/文档", "--add", "--metric", "euclidean").Error.ShouldContain("is compared by Cosine");
        CliRun.Of("vectors", "load", file, $"{From}/文档", "--metric", "near").ExitCode.ShouldBe(2);
        string array = Path.Combine(_folder, "v.npy");
        using (var writer = VectorWriter.Create(array, [], 2))
        {
            writer.Write(JsonElement.Parse("{}"), [1, 2]);
            writer.Keep();
        }
        CliRun.Of("vectors", "load", array, $"{From}/new", "--id", "a").Error.ShouldContain("holds vectors alone, and no column a. Leave --id out");
        CliRun.Of("search", $"{From}/none", "x").Error.ShouldContain("has no collection \"none\"");
        CliRun.Of("search", $"{From}/文档", "x", "--plot", Path.Combine(_folder, "p.html")).Error.ShouldContain("--plot is about files");
    }

    [Theory]
    [InlineData("nothing", "\"nothing\" is no kind of vector index.")]
    [InlineData("folder:", "Add the name of the collection.")]
    [InlineData("redis://me:geheim@host/docs", "put the secret into the variable REDIS_PASSWORD")]
    public void A_place_that_is_none_is_refused(string place, string message)
    {
        CliRun run = CliRun.Of("vectors", "count", place);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(message);
        run.Error.ShouldNotContain("geheim");
    }

    /// <summary>Answers as Qdrant does that has room for one part of a copy.</summary>
    static WebApplication FullQdrant() => Database(app =>
    {
        int parts = 0;
        app.MapGet("/collections/docs", () => Results.NotFound());
        app.MapPut("/collections/docs", () => Results.Json(new { result = true }));
        app.MapPut("/collections/docs/points", () => parts++ == 0 ? Results.Json(new { result = new { status = "completed" } }) : Results.Json(new { status = new { error = "disk is full" } }, statusCode: 507));
    });

    static WebApplication Database(Action<WebApplication> map)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        map(app);
        app.Start();
        return app;
    }

    async Task FillAsync(int count = 3)
    {
        await using IVectorIndex index = VectorIndexes.Open(From);
        VectorCollection collection = new("文档", 2, VectorMetric.Cosine);
        await index.CreateAsync(collection, TestContext.Current.CancellationToken);
        await index.UpsertAsync(collection, [.. Enumerable.Range(0, count).Select(i => new VectorRecord($"r{i}", [1, i], new Dictionary<string, MetadataValue> { ["n"] = i }))], TestContext.Current.CancellationToken);
    }
}
