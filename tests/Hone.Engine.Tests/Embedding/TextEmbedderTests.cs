using Hone.Engine.Embedding;
using Hone.Engine.Models;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Embedding;

[Collection(RunsAlone.Name)]
public sealed class TextEmbedderTests
{
    [Theory]
    [InlineData("encoder", "bert", Pooling.Mean)]
    [InlineData("encoder", "xlm-roberta", Pooling.Cls)]
    [InlineData("causal", "qwen3", Pooling.LastToken)]
    public void A_text_has_the_same_bits_alone_and_among_others_on_any_number_of_threads(string kind, string name, Pooling pooling)
    {
        using var folder = ModelFolder.Open(Path.Combine(ParityFolder.Require(kind), name));
        TransformerModel model = folder.LoadAny();
        var random = new Random(1);
        int[][] texts = [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(10, 200)).ToArray())];
        int threads = Workers.Threads;

        Workers.Threads = 1;
        float[][] alone = [.. texts.Select(text => new TextEmbedder(model, pooling).Embed([text])[0])];
        Workers.Threads = 2;
        float[][] together = new TextEmbedder(model, pooling).Embed(texts);
        Workers.Threads = 20; // too few texts for a pass on each
        float[][] onMany = new TextEmbedder(model, pooling).Embed(texts);
        float[][] inParts = new TextEmbedder(model, pooling, tokensAtOnce: 64).Embed(texts);
        Workers.Threads = threads;

        for (int i = 0; i < texts.Length; i++)
        {
            together[i].ShouldBe(alone[i]);
            onMany[i].ShouldBe(alone[i]);
            inParts[i].ShouldBe(alone[i]);
            Math.Sqrt(alone[i].Sum(value => (double)value * value)).ShouldBe(1, 1e-6);
        }
    }

    [Fact]
    public void An_encoder_is_refused_where_text_is_to_be_written()
    {
        using var folder = ModelFolder.Open(Path.Combine(ParityFolder.Require("encoder"), "bert"));

        Should.Throw<HoneException>(() => folder.Load()).Message.ShouldContain("is an encoder");
    }
}
