namespace Hone.Engine.Generation.Constraints;

/// <summary>A part of a grammar: a language of byte strings. Two terms are the same when they are the same object.</summary>
abstract class Term
{
    /// <summary>The empty string.</summary>
    public static Term Nothing { get; } = new SequenceTerm([]);
}

/// <summary>These bytes.</summary>
sealed class LiteralTerm(byte[] bytes) : Term
{
    public byte[] Bytes => bytes;
}

/// <summary>One byte of a set.</summary>
sealed class ByteTerm(ByteSet set) : Term
{
    public ByteSet Set => set;
}

/// <summary>One special token: no bytes spell it.</summary>
sealed class TokenTerm(int id) : Term
{
    public int Id => id;
}

/// <summary>One term after the other.</summary>
sealed class SequenceTerm(Term[] items) : Term
{
    public Term[] Items => items;
}

/// <summary>One of the terms.</summary>
sealed class ChoiceTerm(Term[] items) : Term
{
    public Term[] Items => items;
}

/// <summary>A term several times.</summary>
/// <param name="max"><see cref="int.MaxValue"/> for any number.</param>
sealed class RepeatTerm(Term item, int min, int max) : Term
{
    public Term Item => item;

    public int Min => min;

    public int Max => max;
}

/// <summary>A term that is made when it is first needed, so that grammars may refer to themselves.</summary>
sealed class DeferredTerm(Func<Term> make) : Term
{
    public Term Made => field ??= make();
}
