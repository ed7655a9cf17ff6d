using Hone.Data.Splits;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Splits;

public sealed class SplitFilesTests : IDisposable
{
    const string Record = """{"parts":{"train":{"file":"a_train.jsonl"},"valid":{"file":"a_valid.jsonl"},"test":{"file":"a_test.jsonl"}}}""";

    readonly string _folder = Directory.CreateTempSubdirectory("hone-split-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_part_is_known_by_the_record_beside_it_with_the_other_parts_that_are_there()
    {
        Write("a_split.json", Record);
        Write("a_test.jsonl", "");

        (SplitPart part, IReadOnlyList<string> others) = SplitFiles.Find(At("a_train.jsonl"))!.Value;

        part.ShouldBe(SplitPart.Train);
        others.ShouldBe([At("a_test.jsonl")]);
        SplitFiles.Find(At("b_train.jsonl")).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1")]
    [InlineData("[1]")]
    [InlineData("{\"parts\":{\"train\":{\"file\":7}}}")]
    [InlineData("{\"parts\":{\"train\":{\"file\":\"\\ud83d\"}}}")]
    [InlineData("{\"parts\":{\"tr\\ud83dain\":{\"file\":\"x\"}}}")]
    public void What_is_only_called_like_a_record_says_nothing(string content)
    {
        Write("0_split.json", content);
        Write("a_split.json", Record);

        SplitFiles.Find(At("a_valid.jsonl"))!.Value.Part.ShouldBe(SplitPart.Valid);
    }

    [Fact]
    public void A_link_that_leads_nowhere_says_nothing()
    {
        File.CreateSymbolicLink(At("0_split.json"), At("nowhere"));
        Write("a_split.json", Record);

        SplitFiles.Find(At("a_valid.jsonl"))!.Value.Part.ShouldBe(SplitPart.Valid);
    }

    [Fact]
    public void A_whole_data_set_that_is_called_like_a_record_is_not_read()
    {
        // Its end would make it a record, were it read.
        Write("a_split.json", new string(' ', 2 << 20) + Record);

        SplitFiles.Find(At("a_train.jsonl")).ShouldBeNull();
    }

    void Write(string name, string content) => File.WriteAllText(At(name), content);

    string At(string name) => Path.Combine(_folder, name);
}
