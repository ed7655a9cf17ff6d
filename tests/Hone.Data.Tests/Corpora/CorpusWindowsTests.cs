using Hone.Data.Corpora;
using Hone.Engine.Tokenizers;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Corpora;

public sealed class CorpusWindowsTests : IDisposable
{
    const int EndId = 2;

    readonly string _folder = Directory.CreateTempSubdirectory("hone-windows-").FullName;
    readonly Tokenizer _tokenizer = Tokenizer.Load(ModelFolder());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_file_holds_each_document_and_its_end_in_order()
    {
        string path = Path.Combine(_folder, "tokens.bin");

        long count = TokenFile.Write(path, ["Once upon a time", "The end."], _tokenizer, EndId, (_, _) => { }, CancellationToken.None);

        int[] expected = [.. _tokenizer.Encode("Once upon a time", addSpecial: false), EndId, .. _tokenizer.Encode("The end.", addSpecial: false), EndId];
        using TokenFile file = TokenFile.Open(path, _tokenizer.VocabSize);
        file.Length.ShouldBe(count);
        file.Read(0, (int)count).ShouldBe(expected);
    }

    [Fact]
    public void A_file_that_is_not_finished_leaves_nothing_behind()
    {
        string path = Path.Combine(_folder, "tokens.bin");
        static IEnumerable<string> Documents()
        {
            yield return "good";
            throw new InvalidDataException();
        }

        Should.Throw<InvalidDataException>(() => TokenFile.Write(path, Documents(), _tokenizer, EndId, (_, _) => { }, CancellationToken.None));

        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Every_window_is_for_training_or_for_validation_and_none_for_both(double share)
    {
        string path = Path.Combine(_folder, "tokens.bin");
        TokenFile.Write(path, Enumerable.Range(0, 200).Select(i => $"Tim had {i} red balls."), _tokenizer, EndId, (_, _) => { }, CancellationToken.None);
        using TokenFile file = TokenFile.Open(path, _tokenizer.VocabSize);

        CorpusWindows windows = new(file, context: 16, share);

        List<int[]> all = [.. Enumerable.Range(0, windows.TrainingCount).Select(windows.Training), .. Enumerable.Range(0, windows.ValidationCount).Select(windows.Validation)];
        all.Count.ShouldBe((int)((file.Length - 1) / 16));
        windows.ValidationCount.ShouldBe((int)(all.Count * share));
        HashSet<string> distinct = [.. all.Select(window => string.Join(' ', window))];
        HashSet<string> expected = [.. Enumerable.Range(0, all.Count).Select(i => string.Join(' ', file.Read(i * 16, 17)))];
        distinct.SetEquals(expected).ShouldBeTrue();
    }

    static string ModelFolder()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hone.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "tests", "models", "stories260k");
    }
}
