using Hone.Engine.Tokenizers;
using Hone.Server.Tests.Inference;
using Hone.Server.VectorStores;
using Hone.Server.VectorStores.Ingestion;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Ingestion;

public sealed class TextChunksTests
{
    /// <summary>Its pre-tokenizer leaves white space out.</summary>
    static readonly Tokenizer WordPiece = Tokenizer.Load(Path.Combine(StoriesServer.ModelsFolder, "..", "parity", "tokenizers-hf", "bert-wordpiece"));

    [Theory]
    [InlineData(" ")]
    [InlineData("a")]
    [InlineData("😀")]
    public void A_long_text_of_few_tokens_is_cut_all_the_same_and_loses_nothing(string repeated)
    {
        string text = "The beginning. x" + string.Concat(Enumerable.Repeat(repeated, 3_000_000 / repeated.Length)) + " The end.";

        string[] parts = [.. TextChunks.Read(new StringReader(text), WordPiece, new ChunkSizes(800, 400))];

        string.Concat(parts).ShouldBe(text);
        parts.ShouldAllBe(part => part.Length < 1_500_000 && !char.IsLowSurrogate(part[0]));
    }
}
