using System.Text;
using Hone.Engine.Generation.Constraints;
using Hone.Engine.Tokenizers;
using Xunit;

namespace Hone.Engine.Tests.Generation.Constraints;

/// <summary>A model without sense: it writes any token that a constraint allows, with a liking for those that end things.</summary>
static class RandomWriter
{
    static readonly Dictionary<string, (Tokenizer Tokenizer, int End, ConstraintVocabulary Vocabulary)> Vocabularies = [];

    /// <summary>SentencePiece with bytes as a last resort, and byte-level BPE.</summary>
    public static TheoryData<string> Tokenizers => ["stories260k", "qwen2-style"];

    public static (Tokenizer Tokenizer, int End, ConstraintVocabulary Vocabulary) Vocabulary(string name)
    {
        lock (Vocabularies)
        {
            if (!Vocabularies.TryGetValue(name, out (Tokenizer, int, ConstraintVocabulary) found))
            {
                var tokenizer = Tokenizer.Load(name == "stories260k" ? ParityFolder.Model(name) : Path.Combine(ParityFolder.Require("tokenizers-hf"), name));
                int end = tokenizer.EndId ?? tokenizer.SpecialIds.First();
                Vocabularies.Add(name, found = (tokenizer, end, new ConstraintVocabulary(tokenizer, [end], tokenizer.VocabSize)));
            }

            return found;
        }
    }

    /// <summary>What is written, and whether it was ended rather than cut.</summary>
    public static (string Text, bool HasEnded) Write(TextConstraint constraint, string tokenizerName, Random random, int maxTokens = 3000)
    {
        (Tokenizer tokenizer, int end, _) = Vocabulary(tokenizerName);
        return Write(constraint, tokenizer, end, random, maxTokens);
    }

    public static (string Text, bool HasEnded) Write(TextConstraint constraint, Tokenizer tokenizer, int end, Random random, int maxTokens = 3000)
    {
        ConstraintCursor cursor = constraint.Begin();
        var bytes = new List<byte>();
        var logits = new float[tokenizer.VocabSize];
        for (int i = 0; i < maxTokens && !cursor.IsComplete; i++)
        {
            Array.Clear(logits);
            cursor.Apply(logits);
            int[] allowed = [.. Enumerable.Range(0, logits.Length).Where(id => !float.IsNegativeInfinity(logits[id]))];
            // The longer the text, the more it wants to close what is open.
            int[] closing = [.. allowed.Where(id => id == end || "\"]}".Contains(Encoding.UTF8.GetString(tokenizer.TokenBytes(id)), StringComparison.Ordinal))];
            int[] from = closing.Length > 0 && random.Next(100) < 5 + i ? closing : allowed;
            int token = from[random.Next(from.Length)];
            if (token == end)
                return (Encoding.UTF8.GetString([.. bytes]), true);
            cursor.Add(token);
            bytes.AddRange(tokenizer.TokenBytes(token));
        }

        return (Encoding.UTF8.GetString([.. bytes]), cursor.IsComplete);
    }
}
