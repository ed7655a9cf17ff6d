using System.Text.Json;
using Hone.Engine.Generation.Constraints;
using Hone.Engine.Tokenizers;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Generation.Constraints;

/// <summary>Constraints with little memory for what they have worked out.</summary>
public sealed class ConstraintMemoryTests
{
    const long Limit = 250_000;

    /// <summary>What each constraint may take unwatched, and what a state of these grammars takes at most.</summary>
    const long Unwatched = 16 << 10, State = 100_000;

    [Theory, MemberData(nameof(RandomWriter.Tokenizers), MemberType = typeof(RandomWriter))]
    public void They_keep_to_it_and_write_the_same(string name)
    {
        (Tokenizer tokenizer, int end, _) = RandomWriter.Vocabulary(name);
        var scarce = new ConstraintVocabulary(tokenizer, [end], tokenizer.VocabSize, Limit);
        var ample = new ConstraintVocabulary(tokenizer, [end], tokenizer.VocabSize);
        List<TextConstraint> alive = [];

        for (int seed = 0; seed < 20; seed++)
        {
            JsonElement schema = RandomSchemas.Create(seed);
            TextConstraint constraint = JsonConstraints.Schema(schema, isStrict: false, scarce);
            TextConstraint unbounded = JsonConstraints.Schema(schema, isStrict: false, ample);
            alive.Add(constraint);
            alive.Add(unbounded);
            (string Text, bool HasEnded) expected = RandomWriter.Write(unbounded, name, new Random(seed));

            RandomWriter.Write(constraint, name, new Random(seed)).ShouldBe(expected);

            scarce.Memory.UsedBytes.ShouldBeInRange(1, Limit + (Unwatched * alive.Count / 2) + State);
        }

        ample.Memory.UsedBytes.ShouldBeGreaterThan(Limit + (Unwatched * alive.Count / 2) + State);
        GC.KeepAlive(alive);
    }

    [Fact]
    public void What_a_constraint_forgets_is_free_again_and_a_text_in_progress_goes_on()
    {
        (Tokenizer tokenizer, int end, ConstraintVocabulary ample) = RandomWriter.Vocabulary("stories260k");
        var vocabulary = new ConstraintVocabulary(tokenizer, [end], tokenizer.VocabSize);
        TextConstraint forgetful = JsonConstraints.AnyObject(vocabulary), expected = JsonConstraints.AnyObject(ample);
        ConstraintCursor cursor = forgetful.Begin(), other = expected.Begin();
        long most = 0;

        for (int i = 0; i < 30 && !other.IsComplete; i++)
        {
            var logits = new float[tokenizer.VocabSize];
            var expectedLogits = new float[tokenizer.VocabSize];
            cursor.Apply(logits);
            other.Apply(expectedLogits);
            logits.ShouldBe(expectedLogits);
            int token = Array.FindLastIndex(logits, logit => logit == 0);
            cursor.Add(token);
            other.Add(token);
            most = Math.Max(most, vocabulary.Memory.UsedBytes);
            forgetful.Forget();
        }

        most.ShouldBeGreaterThan(10_000);
        vocabulary.Memory.UsedBytes.ShouldBeLessThan(most / 2);
    }
}
