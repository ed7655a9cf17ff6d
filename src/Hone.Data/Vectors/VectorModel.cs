using System.Text.RegularExpressions;

namespace Hone.Data.Vectors;

/// <summary>The model that made vectors, as their files say it: <c>hone-embed@3f2a91c0b7d4</c>. Vectors of two models cannot be compared.</summary>
/// <param name="Name">By which the model was asked for.</param>
/// <param name="Fingerprint">Tells its weights from others, those of another version of that name among them: twelve hexadecimal digits.</param>
public sealed partial record VectorModel(string Name, string Fingerprint)
{
    const int Digits = 12;

    /// <summary>The columns that the vectors were made of, as a template such as <c>{Summary}</c>; null where that is not known.</summary>
    public string? Texts { get; init; }

    /// <summary>As files say it: the model, and after a space the columns.</summary>
    public string Written => Texts is null ? ToString() : $"{this} {Texts}";

    /// <param name="fingerprint">At least twelve hexadecimal digits.</param>
    public static VectorModel Of(string name, string fingerprint)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        return new VectorModel(name, fingerprint[..Digits]);
    }

    /// <summary>The column that says whose vectors stand in a column.</summary>
    public static string ColumnOf(string vectors) => vectors + "_model";

    /// <summary>What <see cref="Written"/> has; null for any other text.</summary>
    public static VectorModel? Parse(string text) =>
        Form().Match(text) is { Success: true } match
            ? new VectorModel(match.Groups[1].Value, match.Groups[2].Value) { Texts = match.Groups[3] is { Success: true } texts ? texts.Value : null }
            : null;

    /// <summary>Whether both have the same weights, under whatever names.</summary>
    public bool IsSame(VectorModel other) => Fingerprint == other?.Fingerprint;

    public override string ToString() => $"{Name}@{Fingerprint}";

    [GeneratedRegex("^(.+?)@([0-9a-f]{12})(?: (.+))?$", RegexOptions.Singleline)]
    private static partial Regex Form();
}
