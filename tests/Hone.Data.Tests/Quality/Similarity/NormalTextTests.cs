using Hone.Data.Quality.Similarity;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Similarity;

public sealed class NormalTextTests
{
    [Theory]
    [InlineData("  How do I\treset  my password? ", "how do i reset my password")]
    [InlineData("Ｈｅｌｌｏ，世界！", "hello,世界")]
    [InlineData("我 的 iPhone 坏 了。", "我的iphone坏了")]
    [InlineData("“Yes.”", "yes")]
    [InlineData("C#", "c#")]
    [InlineData("2 - 2", "2 - 2")]
    [InlineData("…", "")]
    public void What_a_reader_takes_for_the_same_is_equal(string text, string normal) => NormalText.Of(text).ShouldBe(normal);

    [Theory]
    [InlineData("2+2", "2-2")]
    [InlineData("1.5", "15")]
    [InlineData("C", "C#")]
    public void What_differs_in_meaning_stays_different(string one, string other) => NormalText.Of(one).ShouldNotBe(NormalText.Of(other));

    [Fact]
    public void Hashes_are_the_same_on_every_machine()
    {
        NormalText.Hash("").ShouldBe(NormalText.Mix(14695981039346656037));
        NormalText.Hash("你好").ShouldBe(NormalText.Mix(unchecked(((14695981039346656037 ^ 0x4f60) * 1099511628211 ^ 0x597d) * 1099511628211)));
    }
}
