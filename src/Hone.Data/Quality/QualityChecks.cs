using Hone.Data.Quality.Balance;
using Hone.Data.Quality.Consistency;
using Hone.Data.Quality.Duplicates;
using Hone.Data.Quality.Personal;
using Hone.Data.Quality.Sufficiency;

namespace Hone.Data.Quality;

/// <summary>All checks.</summary>
static class QualityChecks
{
    public static IReadOnlyList<QualityCheck> Create(QualityOptions options, FileProfile profile, RepeatedPrompts repeated, QualityAdvice advice, CancellationToken cancel) =>
        [
            new ClassBalance(profile),
            new Refusals(options.ExpectedRefusals),
            new Lengths(profile),
            new Languages(profile),
            new Conflicts(profile, repeated),
            .. options.Embed is { } embed ? (QualityCheck[])[new ConflictsOfMeaning(profile, repeated, embed, options.Cosine, cancel)] : [],
            new ClassNames(profile),
            new AnswerFormats(),
            new Preferences(),
            new Agreement(options.Annotators),
            new Repetitions(profile, repeated, advice),
            new Leakage(profile, repeated, advice),
            new FewExamples(profile),
            new UnsupportedFacts(profile),
            new InterchangeablePrompts(profile),
            new PersonalDataCheck(profile, advice),
        ];
}
