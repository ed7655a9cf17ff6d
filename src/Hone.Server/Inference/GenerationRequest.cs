using Hone.Engine.Adapters;
using Hone.Engine.Generation;

namespace Hone.Server.Inference;

/// <summary>Prompts that are to be continued, each <see cref="SamplingOptions.Choices"/> times.</summary>
/// <param name="Prompts">They fit the model's context.</param>
/// <param name="WantsPieces">Whether the texts are wanted piece by piece, too.</param>
sealed record GenerationRequest(IReadOnlyList<int[]> Prompts, SamplingOptions Options, LoraAdapter? Adapter, bool WantsPieces);

/// <summary>What a text has grown by.</summary>
/// <param name="Index">The number of the text: prompt by prompt, and of each prompt choice by choice.</param>
/// <param name="LogProbabilities">Those of the tokens whose text is whole with this piece, where asked for.</param>
/// <param name="Finish">Null while it goes on.</param>
readonly record struct GenerationPiece(int Index, string Text, IReadOnlyList<TokenLogProbability> LogProbabilities, FinishReason? Finish);

/// <summary>A text that has ended.</summary>
/// <param name="GeneratedTokens">All that were generated, those of a stop string among them.</param>
/// <param name="CachedPromptTokens">Tokens of the prompt that need not be computed.</param>
sealed record GenerationOutcome(GeneratedText Text, int GeneratedTokens, int CachedPromptTokens);
