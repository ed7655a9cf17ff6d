namespace Hone.Engine.Generation;

/// <summary>A continuation that has ended.</summary>
/// <param name="Text">Without end token and stop string.</param>
/// <param name="Tokens">Those of the text.</param>
/// <param name="LogProbabilities">One for each token, where asked for; else empty.</param>
public sealed record GeneratedText(string Text, IReadOnlyList<int> Tokens, FinishReason Finish, IReadOnlyList<TokenLogProbability> LogProbabilities);
