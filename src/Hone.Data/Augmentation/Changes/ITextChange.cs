using Hone.Data.Augmentation.Words;
using Hone.Engine;

namespace Hone.Data.Augmentation.Changes;

/// <summary>A way to word a text otherwise without asking anybody.</summary>
interface ITextChange
{
    /// <summary>As it is called on the command line.</summary>
    string Name { get; }

    /// <summary>The edits that change about <paramref name="count"/> words; none where the text offers nothing to change.</summary>
    IReadOnlyList<TextEdit> Change(string text, IReadOnlyList<Token> tokens, int count, SeededRandom random);
}
