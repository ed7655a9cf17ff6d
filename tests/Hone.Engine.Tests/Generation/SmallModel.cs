using Hone.Engine.Checkpoints;
using Hone.Engine.Generation;
using Hone.Engine.Models;

namespace Hone.Engine.Tests.Generation;

/// <summary>Models of a few thousand random weights.</summary>
static class SmallModel
{
    public const int Vocab = 199;
    public const int Context = 640;

    /// <param name="window">0, or how many tokens a layer sees.</param>
    public static CausalModel Create(string family = "llama", int window = 0, ElementType storage = ElementType.F32) => Create(Config(family, window), storage);

    public static CausalModel Create(ModelConfig config, ElementType storage = ElementType.F32) => Architectures.Create(config, new RandomWeights(config, 5, storage));

    public static ModelConfig Config(string family = "llama", int window = 0) =>
        new()
        {
            ModelType = family,
            VocabSize = Vocab,
            HiddenSize = 48,
            IntermediateSize = 80,
            LayerCount = 2,
            HeadCount = 4,
            KeyValueHeadCount = family == "gpt2" ? 4 : 2,
            HeadSize = 12,
            MaxPositions = Context,
            NormEpsilon = 1e-5f,
            Activation = family == "gpt2" ? Activation.GeluTanh : Activation.Silu,
            Windows = [window == 0 ? null : window, null],
            TieWordEmbeddings = true,
            InitializerRange = 0.3f,
        };

    /// <summary>Tokens of a prompt; those of another seed differ from the first on.</summary>
    public static int[] Prompt(int length, int seed = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(Vocab))];
    }

    /// <summary>Steps until every sequence has ended.</summary>
    public static void Run(GenerationSession session)
    {
        while (session.HasWork)
            session.Step();
    }

    /// <summary>The continuation of a prompt alone in a fresh session.</summary>
    public static TokenSequence Continue(CausalModel model, int[] prompt, SamplingOptions options, int choice = 0, int[]? endTokens = null)
    {
        var session = new GenerationSession(model, endTokens ?? []);
        TokenSequence sequence = session.Add(prompt, options, choice);
        Run(session);
        return sequence;
    }
}
