namespace Hone.Engine.Generation;

/// <summary>The natural logarithm of a token's probability, as the model gave it: before bias, penalties, temperature and cuts.</summary>
/// <param name="Top">The likeliest tokens at this place, likeliest first; as many as were asked for.</param>
public sealed record TokenLogProbability(int Id, float LogProbability, IReadOnlyList<TokenScore> Top);

/// <summary>A token and its log probability.</summary>
public readonly record struct TokenScore(int Id, float LogProbability);
