using Hone.Cli.Tests.Repository;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Tokenizers;

/// <summary>Text that the tokenizer commands read.</summary>
public sealed class TextFileTests : IDisposable
{
    static readonly string Model = Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k");
    readonly string _folder = Directory.CreateTempSubdirectory("hone-text-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_is_no_text_and_a_file_is_no_folder_for_a_vocabulary()
    {
        string text = Path.Combine(_folder, "text.txt");
        File.WriteAllText(text, "text");

        CliRun.Of("tokenizer", "count", _folder, "--encoding", Model).Error.ShouldContain("is a folder");
        CliRun.Of("tokenizer", "train", text, "--size", "300", "-o", text).Error.ShouldContain("is a file. Name a folder");
    }

    [Fact]
    public void Bytes_that_are_no_text_are_neither_counted_nor_learned()
    {
        string path = Path.Combine(_folder, "gb18030.txt");
        File.WriteAllBytes(path, [0xC4, 0xE3, 0xBA, 0xC3, 0x0A]);

        CliRun[] runs = [CliRun.Of("tokenizer", "count", path, "--encoding", Model), CliRun.Of("tokenizer", "train", path, "--size", "300", "-o", _folder), CliRun.Of("bench", "tokenize", path, "--encoding", Model)];

        runs.ShouldAllBe(run => run.ExitCode == 1 && run.Error.Contains("is no text in UTF-8", StringComparison.Ordinal));
        File.Exists(Path.Combine(_folder, "tokenizer.json")).ShouldBeFalse();
    }
}
