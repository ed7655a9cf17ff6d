namespace Hone.Data.Formats;

/// <summary>The codes of findings. The first seven are the keys of OpenAI's published check of chat files.</summary>
public static class FindingCodes
{
    /// <summary>The line is no JSON object.</summary>
    public const string DataType = "data_type";

    /// <summary>There is no list of messages, or it is empty.</summary>
    public const string MissingMessagesList = "missing_messages_list";

    /// <summary>A message lacks a key that its role needs.</summary>
    public const string MessageMissingKey = "message_missing_key";

    /// <summary>A message has a key that its role does not know.</summary>
    public const string MessageUnrecognizedKey = "message_unrecognized_key";

    /// <summary>The role of a message is none of system, developer, user, assistant, tool and function.</summary>
    public const string UnrecognizedRole = "unrecognized_role";

    /// <summary>A message says nothing: an error where the content is absent or no text, a warning where it is empty.</summary>
    public const string MissingContent = "missing_content";

    /// <summary>No message is the assistant's.</summary>
    public const string ExampleMissingAssistantMessage = "example_missing_assistant_message";

    /// <summary>The line is no JSON.</summary>
    public const string InvalidJson = "invalid_json";

    /// <summary>The bytes are no UTF-8.</summary>
    public const string NotUtf8 = "not_utf8";

    /// <summary>An escape such as \ud83d stands without its other half.</summary>
    public const string InvalidEscape = "invalid_escape";

    /// <summary>The line has more than 16 MB.</summary>
    public const string LineTooLong = "line_too_long";

    /// <summary>The line holds something else than the first one.</summary>
    public const string MixedFormats = "mixed_formats";

    /// <summary>A key is missing outside of messages, or within a part of one.</summary>
    public const string MissingKey = "missing_key";

    /// <summary>A key that nobody knows stands outside of messages, or within a part of one.</summary>
    public const string UnrecognizedKey = "unrecognized_key";

    /// <summary>A value has another type than its key asks for.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>A list that must hold something is empty.</summary>
    public const string EmptyList = "empty_list";

    /// <summary>The weight of a message is not from 0 to 1.</summary>
    public const string InvalidWeight = "invalid_weight";

    /// <summary>Content of a kind that these models do not read.</summary>
    public const string UnsupportedContent = "unsupported_content";

    /// <summary>The completion is empty.</summary>
    public const string EmptyCompletion = "empty_completion";

    /// <summary>An output of a preference is not one assistant message.</summary>
    public const string InvalidOutput = "invalid_output";

    /// <summary>A text of a pair is empty.</summary>
    public const string EmptyText = "empty_text";

    /// <summary>The score of a pair is no number, or on no known scale.</summary>
    public const string InvalidScore = "invalid_score";

    /// <summary>All pairs have the same score.</summary>
    public const string EqualScores = "equal_scores";

    /// <summary>A warning: a pair stands in an earlier line too.</summary>
    public const string RepeatedPair = "repeated_pair";

    /// <summary>A warning: the two texts of a pair are the same.</summary>
    public const string SameTexts = "same_texts";

    /// <summary>A warning: a negative is the positive, or the anchor itself.</summary>
    public const string ContradictingNegative = "contradicting_negative";

    /// <summary>A row of a table cannot become a training line.</summary>
    public const string InvalidRow = "invalid_row";

    /// <summary>Where a row ends is not clear, so that what comes after it was not read.</summary>
    public const string UnreadRest = "unread_rest";

    /// <summary>The chat template has no place for what the example holds.</summary>
    public const string TemplateRefused = "template_refused";

    /// <summary>The example has more tokens than the model's context.</summary>
    public const string ExampleTooLong = "example_too_long";

    /// <summary>No token of the example carries loss.</summary>
    public const string NoTargetTokens = "no_target_tokens";

    /// <summary>The file has no example.</summary>
    public const string EmptyFile = "empty_file";

    /// <summary>The file has fewer examples than training asks for.</summary>
    public const string TooFewExamples = "too_few_examples";

    /// <summary>The file has more tokens than training takes.</summary>
    public const string TooManyTokens = "too_many_tokens";

    /// <summary>The training method does not learn from what the file holds.</summary>
    public const string WrongMethod = "wrong_method";

    /// <summary>A warning: the file must be converted before it is trained on.</summary>
    public const string NeedsConversion = "needs_conversion";

    /// <summary>A warning: a conversation has no system message.</summary>
    public const string MissingSystem = "missing_system";

    /// <summary>A warning: a conversation has no user message.</summary>
    public const string MissingUser = "missing_user";

    /// <summary>A warning: the example has more tokens than the published rule allows.</summary>
    public const string OverLimit = "over_limit";
}
