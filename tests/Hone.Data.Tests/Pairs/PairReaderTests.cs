using Hone.Data.Pairs;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Pairs;

public sealed class PairReaderTests : IDisposable
{
    readonly string _file = Path.GetTempFileName();

    [Fact]
    public void A_pair_may_have_no_negative_one_or_several()
    {
        File.WriteAllLines(_file, ["""{"anchor":"a","positive":"b"}""", "", """{"anchor":"c","positive":"d","negative":"e"}""", """{"anchor":"f","positive":"g","negative":["h","i"]}"""]);

        TextPair[] pairs = [.. PairReader.Read(_file)];

        pairs.Select(pair => (pair.Anchor, pair.Positive, string.Join(',', pair.Negatives), pair.Line)).ShouldBe([("a", "b", "", 1), ("c", "d", "e", 3), ("f", "g", "h,i", 4)]);
    }

    [Theory]
    [InlineData("""{"anchor":"a"}""", "Example 1 is missing key 'positive' (line 1)")]
    [InlineData("""{"anchor":" ","positive":"b"}""", "Example 1 has an empty 'anchor' (line 1): give a text")]
    [InlineData("""{"anchor":"a","positive":7}""", "'positive' is a number (line 1)")]
    [InlineData("""{"anchor":"a","positive":"b","negative":[1]}""", "'negative[0]' is a number (line 1)")]
    [InlineData("""{"anchor":"a","positive":"b","score":1}""", "an extra \"score\"")]
    [InlineData("""["a","b"]""", "is not a JSON object")]
    public void What_is_no_pair_is_named(string line, string expected)
    {
        File.WriteAllText(_file, line);

        Should.Throw<HoneException>(() => PairReader.Read(_file).ToList()).Message.ShouldContain(expected);
    }

    public void Dispose() => File.Delete(_file);
}
