namespace Hone.Data.Augmentation.Words;

/// <summary>A word or phrase of a text, with what may be done to it.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Word">As it is written.</param>
/// <param name="IsChinese">Whether it is written without spaces beside it.</param>
/// <param name="IsReplaceable">Whether a synonym may stand for it.</param>
/// <param name="IsMovable">Whether it may change places with the word beside it.</param>
/// <param name="IsRemovable">Whether it may be left out.</param>
readonly record struct Token(int Start, string Word, bool IsChinese, bool IsReplaceable, bool IsMovable, bool IsRemovable)
{
    public int End => Start + Word.Length;
}
