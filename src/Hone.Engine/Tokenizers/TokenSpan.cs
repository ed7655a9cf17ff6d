namespace Hone.Engine.Tokenizers;

/// <summary>A token and the characters of the text it stands for; empty for tokens that the tokenizer itself adds.</summary>
public readonly record struct TokenSpan(int Id, int Start, int End);
