using Hone.Data.Quality;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality;

public sealed class ShellWordTests
{
    [Theory]
    [InlineData("data/train-1.jsonl", "data/train-1.jsonl")]
    [InlineData("数据.csv", "数据.csv")]
    [InlineData("my data.csv", "\"my data.csv\"")]
    [InlineData("", "\"\"")]
    [InlineData("{text}", "\"{text}\"")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("say \"{x}\" for $5", "'say \"{x}\" for $5'")]
    [InlineData("it's $5 or `x`", @"'it'\''s $5 or `x`'")]
    [InlineData("say \"it's\"", @"'say ""it'\''s""'")]
    [InlineData(@"{a}\n{b}", @"""{a}\n{b}""")]
    [InlineData(@"{a}\\n", @"'{a}\\n'")]
    [InlineData(@"my data\", @"'my data\'")]
    public void Words_are_quoted_where_a_shell_needs_it(string word, string written) => ShellWord.Of(word).ShouldBe(written);

    [Theory]
    [InlineData(@"C:\data\a.csv")]
    [InlineData(@"\t")]
    public void Only_shells_of_Windows_leave_backslashes_alone(string word) => ShellWord.Of(word).ShouldBe(OperatingSystem.IsWindows() ? word : $"\"{word}\"");
}
