using Hone.Data.Formats;

namespace Hone.Data.Quality.Personal;

/// <summary>One kind of personal data or secret, and how to find it in a text. What only looks like it must not be found.</summary>
/// <param name="tag">The word of its placeholder: <c>[EMAIL_1]</c>.</param>
abstract class PersonalKind(string tag)
{
    public string Tag => tag;

    /// <summary>For people, in the plural.</summary>
    public abstract string Name { get; }

    /// <summary>An error for what does harm by itself; a warning for what may be public.</summary>
    public virtual Severity Severity => Severity.Warning;

    /// <summary>Where it stands in a text, in order.</summary>
    public abstract IEnumerable<Range> Find(string text);
}
