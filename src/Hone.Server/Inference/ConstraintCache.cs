using System.Security.Cryptography;
using System.Text;
using Hone.Engine.Generation.Constraints;

namespace Hone.Server.Inference;

/// <summary>The constraints of a model that were made before, for the next request with the same schema. The longest unused leave: when there are many, and when what all have worked out fills half of its memory.</summary>
sealed class ConstraintCache(ConstraintVocabulary vocabulary)
{
    const int MostKept = 32;

    /// <summary>A schema longer than that is read anew each time, rather than kept.</summary>
    const int LongestKey = 1 << 18;

    readonly Lock _lock = new();
    readonly LinkedList<(string Key, TextConstraint Constraint)> _kept = []; // the latest used first

    /// <param name="key">What the constraint is made of.</param>
    public TextConstraint Get(string key, Func<ConstraintVocabulary, TextConstraint> make)
    {
        if (key.Length > LongestKey)
            return make(vocabulary);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        if (Find(hash) is { } known)
            return known;
        TextConstraint made = make(vocabulary);
        lock (_lock)
        {
            if (Find(hash) is { } meanwhile)
                return meanwhile;
            _kept.AddFirst((hash, made));
            while (_kept.Count > 1 && (_kept.Count > MostKept || vocabulary.Memory.UsedBytes > vocabulary.Memory.Limit / 2))
            {
                _kept.Last!.Value.Constraint.Forget();
                _kept.RemoveLast();
            }
        }

        return made;
    }

    TextConstraint? Find(string hash)
    {
        lock (_lock)
        {
            for (LinkedListNode<(string Key, TextConstraint Constraint)>? node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Key != hash)
                    continue;
                _kept.Remove(node);
                _kept.AddFirst(node);
                return node.Value.Constraint;
            }
        }

        return null;
    }
}
