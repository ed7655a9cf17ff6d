using System.Text.Json;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests;

public sealed class TokenizerCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-tokenizer-command-").FullName;

    [Fact]
    public void A_trained_vocabulary_counts_tokens()
    {
        string corpus = Path.Combine(_folder, "corpus.txt");
        File.WriteAllText(corpus, string.Concat(Enumerable.Repeat("the weather is nice 天气很好\n", 20)));

        CliRun train = CliRun.Of("tokenizer", "train", corpus, "--size", "280", "--output", _folder, "--json");
        CliRun count = CliRun.Of("tokenizer", "count", corpus, "--encoding", _folder, "--json");

        train.ExitCode.ShouldBe(0, train.Error);
        count.ExitCode.ShouldBe(0, count.Error);
        Last(train).GetProperty("size").GetInt32().ShouldBe(280);
        Last(count).GetProperty("characters").GetInt32().ShouldBe(20 * 25);
        Last(count).GetProperty("tokens").GetInt32().ShouldBeLessThan(20 * 25);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        CliRun.Of("tokenizer", "count", "nowhere.txt").Error.ShouldContain("There is no file nowhere.txt");
        CliRun.Of("tokenizer", "train", "nowhere.txt", "--size", "300").Error.ShouldContain("There is no file nowhere.txt");
        CliRun.Of("bench", "tokenize", "nowhere.txt").Error.ShouldContain("There is no file nowhere.txt");
    }

    [Fact]
    public void An_encoding_that_is_neither_known_nor_a_model_is_refused()
    {
        string text = Path.Combine(_folder, "text.txt");
        File.WriteAllText(text, "text");

        CliRun run = CliRun.Of("tokenizer", "count", text, "--encoding", "cl999k", "--data", _folder);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("cl999k");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static JsonElement Last(CliRun run) => JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]).RootElement;
}
