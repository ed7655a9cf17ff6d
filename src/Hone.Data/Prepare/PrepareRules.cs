using Hone.Data.Prepare.Guides;
using Hone.Data.Prepare.Rules;

namespace Hone.Data.Prepare;

/// <summary>Looks at a frame: null when there is nothing to say.</summary>
/// <exception cref="Hone.Engine.HoneException">The data cannot be used at all.</exception>
public delegate Remedy? PrepareRule(Frame frame);

/// <summary>
/// The rules of OpenAI's former command <c>fine_tunes.prepare_data</c>, in their order: necessary changes of one are seen by the next.
/// </summary>
public static class PrepareRules
{
    public static IReadOnlyList<PrepareRule> InOrder { get; } =
    [
        ExampleCount.Check,
        frame => NecessaryColumn.Check(frame, Frame.Prompt),
        frame => NecessaryColumn.Check(frame, Frame.Completion),
        ExtraColumns.Check,
        EmptyCompletions.Check,
        TaskFound.Check,
        Duplicates.Check,
        LongExamples.Check,
        frame => UpperCase.Check(frame, Frame.Prompt),
        frame => UpperCase.Check(frame, Frame.Completion),
        PromptSuffix.Check,
        PromptPrefix.Check,
        CompletionPrefix.Check,
        CompletionSuffix.Check,
        LeadingSpace.Check,
    ];

    /// <summary>What that command kept silent about, to be asked before the changes are made.</summary>
    public static IReadOnlyList<PrepareRule> Warnings { get; } = [EmptyPrompts.Check];

    /// <summary>What guides to fine-tuning advise beyond that, to be asked when the changes have been made.</summary>
    public static IReadOnlyList<PrepareRule> Guides { get; } = [ClassSizes.Check, GenerationSize.Check];
}
