using Shouldly;
using Xunit;

namespace Hone.Engine.Tests;

public class TextTests
{
    [Theory]
    [InlineData(0, "0 rows")]
    [InlineData(1, "1 row")]
    [InlineData(2, "2 rows")]
    [InlineData(12345, "12,345 rows")]
    public void What_is_counted_is_one_or_many(long count, string expected) => Text.Counted(count, "row").ShouldBe(expected);

    [Fact]
    public void Words_that_change_otherwise_are_given()
    {
        Text.Counted(1, "class is", "classes are").ShouldBe("1 class is");
        Text.Counted(3, "class is", "classes are").ShouldBe("3 classes are");
    }
}
