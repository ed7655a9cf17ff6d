using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Personal;

/// <summary>Personal data and secrets anywhere in an example. What is found is never shown in full.</summary>
sealed class PersonalDataCheck(FileProfile profile, QualityAdvice advice) : QualityCheck
{
    const int ShownStart = 3;
    const int MostStars = 8;
    const int ContextBefore = 20;

    readonly Dictionary<PersonalKind, PlaceList> _found = [];
    readonly Dictionary<PersonalKind, HashSet<DataPart>> _parts = [];

    public override void Judge(QualityRow row)
    {
        HashSet<PersonalKind> inRow = [];
        foreach (string text in TextsOf(row.Sample.Value))
            foreach (PersonalMatch match in PersonalData.Find(text))
                if (inRow.Add(match.Kind))
                    Add(match.Kind, row, Shown(text, match));
    }

    public override IEnumerable<QualityFinding> Conclude()
    {
        foreach (PersonalKind kind in PersonalData.Kinds.Where(_found.ContainsKey))
        {
            PlaceList places = _found[kind];
            string masking = string.Join(Text.Of("' and '", "' 和 '"), _parts[kind].Order().Select(advice.Mask));
            yield return new QualityFinding(
                $"personal_{kind.Tag.ToLowerInvariant()}",
                QualityArea.Privacy,
                Text.Of(Invariant($"Examples with {kind.Name}: {places.Count:N0}."), Invariant($"{places.Count:N0} 个样本含有{kind.Name}。")),
                kind is Secrets
                    ? Text.Of($"Revoke them, they are no secret any more; then mask them, because a model repeats what it was trained on: '{masking}'.", $"请先吊销这些密钥（它们已泄露），再遮盖，因为模型会复述训练内容：'{masking}'。")
                    : Text.Of($"Mask them, unless they are meant to be learnt, because a model repeats what it was trained on: '{masking}'.", $"请遮盖，除非确实要模型学会，因为模型会复述训练内容：'{masking}'。")
            )
            {
                Severity = kind.Severity,
                Examples = places.Count,
                Of = profile.Rows,
                Weight = kind.Severity == Severity.Error ? 100 : 60,
                Places = places.First,
            };
        }
    }

    /// <summary>Every string of a line, and its numbers as they are written.</summary>
    static IEnumerable<string> TextsOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Number => [value.GetRawText()],
            JsonValueKind.Array => value.EnumerateArray().SelectMany(TextsOf),
            JsonValueKind.Object => value.EnumerateObject().SelectMany(member => TextsOf(member.Value)),
            _ => [],
        };

    /// <summary>A few words before it, and its first characters.</summary>
    static string Shown(string text, PersonalMatch match)
    {
        string before = text[Math.Max(0, match.Start - ContextBefore)..match.Start];
        int length = match.End - match.Start;
        return $"{PersonalData.Hide(before)}{text.AsSpan(match.Start, Math.Min(ShownStart, length))}{new string('*', Math.Min(MostStars, Math.Max(1, length - ShownStart)))}";
    }

    void Add(PersonalKind kind, QualityRow row, string shown)
    {
        if (!_found.TryGetValue(kind, out PlaceList? places))
        {
            _found[kind] = places = new PlaceList();
            _parts[kind] = [];
        }
        places.Add(row, shown);
        _parts[kind].Add(row.Part);
    }
}
