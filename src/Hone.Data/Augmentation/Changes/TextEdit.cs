using System.Text;

namespace Hone.Data.Augmentation.Changes;

/// <summary>A stretch of a text, and what comes in its place.</summary>
readonly record struct TextEdit(int Start, int Length, string Replacement)
{
    /// <summary>The text with all edits, which do not overlap.</summary>
    public static string Apply(string text, IEnumerable<TextEdit> edits)
    {
        StringBuilder changed = new(text);
        foreach (TextEdit edit in edits.OrderByDescending(edit => edit.Start))
            changed.Remove(edit.Start, edit.Length).Insert(edit.Start, edit.Replacement);
        return changed.ToString();
    }
}
