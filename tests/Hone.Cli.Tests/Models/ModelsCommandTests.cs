using System.Text.Json.Nodes;
using Hone.Cli.Tests.Repository;
using Hone.Server.Models;
using Hone.Server.Storage;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Models;

public sealed class ModelsCommandTests : IDisposable
{
    static readonly string Stories = Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k");
    static readonly string Llama = Path.Combine(RepositoryFiles.Root, "tests", "parity", "causal", "llama-gqa");
    readonly string _data = Directory.CreateTempSubdirectory("hone-data-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void An_embedding_model_is_shown_too_but_writes_no_text()
    {
        Models("show", "hone-embed").Output.ShouldContain("bert");
        JsonNode shown = JsonNode.Parse(Models("show", "hone-embed", "--json").Output)!;
        shown["context"]!.GetValue<int>().ShouldBe(128);
        shown["has_chat_template"].ShouldBeNull();

        CliRun complete = CliRun.Of("complete", "hone-embed", "hello");
        complete.ExitCode.ShouldBe(1);
        complete.Error.ShouldContain("is an encoder");
    }

    [Fact]
    public void A_folder_is_added_listed_shown_and_removed()
    {
        Models("add", Stories, "--name", "stories").Output.ShouldStartWith("Added stories (");

        Models("list").Output.ShouldContain("stories");
        Models("show", "stories").Output.ShouldContain("llama");

        Models("remove", "stories").Output.ShouldBe("Removed stories.\n");
        Models("list").Output.ShouldNotContain("stories");
    }

    [Fact]
    public void Json_names_the_model_its_shape_and_its_origin()
    {
        Models("add", Stories, "--name", "stories", "--link");

        JsonNode shown = JsonNode.Parse(Models("show", "stories", "--json").Output)!;

        shown["model"]!.GetValue<string>().ShouldBe("stories");
        shown["origin"]!.GetValue<string>().ShouldBe("added");
        shown["architecture"]!.GetValue<string>().ShouldBe("llama");
        shown["layers"]!.GetValue<int>().ShouldBe(5);
        shown["has_tokenizer"]!.GetValue<bool>().ShouldBeTrue();
        shown["lineage"].ShouldBeNull();
    }

    [Fact]
    public void The_last_line_of_a_listing_is_its_summary()
    {
        Models("add", Stories);

        JsonNode[] lines = [.. Models("list", "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

        lines[^1]["models"]!.GetValue<int>().ShouldBe(lines.Length - 1);
        lines[^2]["model"]!.GetValue<string>().ShouldBe("stories260k");
    }

    [Fact]
    public void A_tuned_model_is_merged_into_a_whole_one()
    {
        Models("add", Llama, "--name", "base", "--link");
        string adapter = Path.Combine(Llama, "adapter-end");
        ModelRecord record = new() { Id = "ft:base:local::ab12cd34", Content = ModelContent.Adapter, Base = "base", CreatedAt = DateTimeOffset.UnixEpoch };
        new ModelRegistry(new DataFolder(_data)).Write(record, folder => CopyFiles(adapter, folder));

        Models("merge", record.Id, "--name", "whole").Output.ShouldStartWith($"Merged {record.Id} into whole (");

        JsonNode shown = JsonNode.Parse(Models("show", "whole", "--json").Output)!;
        shown["source"]!.GetValue<string>().ShouldBe(record.Id);
        shown["parameters"]!.GetValue<long>().ShouldBe(97_872);
        Models("list").Output.ShouldContain(record.Id);
    }

    [Fact]
    public void Whole_weights_have_nothing_to_merge()
    {
        Models("add", Stories);

        CliRun run = CliRun.Of("models", "merge", "stories260k", "--data", _data);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("no adapter to merge");
    }

    [Fact]
    public void A_merge_goes_to_one_place()
    {
        CliRun run = CliRun.Of("models", "merge", "m", "--name", "a", "--to", "b", "--data", _data);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith("Give --name or --to, not both.");
    }

    [Theory]
    [InlineData("show")]
    [InlineData("remove")]
    [InlineData("merge")]
    public void An_unknown_model_is_an_error_that_lists_the_known_ones(string command)
    {
        Models("add", Stories);

        CliRun run = CliRun.Of("models", command, "nobody", "--data", _data);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain("nobody");
        run.Error.ShouldContain("stories260k");
    }

    static void CopyFiles(string source, string target)
    {
        foreach (string file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
    }

    CliRun Models(params string[] args)
    {
        CliRun run = CliRun.Of(["models", .. args, "--data", _data]);
        run.ExitCode.ShouldBe(0, run.Error);
        return run;
    }
}
