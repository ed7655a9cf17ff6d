using System.Text.Json;
using Hone.Data.Endpoints;

namespace Hone.Data.Labelling;

/// <summary>A row with what is asked about it.</summary>
/// <param name="Line">Where it begins in its file.</param>
/// <param name="Question">Null where nothing is asked.</param>
/// <param name="Problem">Why nothing can be asked; null where something is, or need not be.</param>
sealed record AskedRow(int Line, JsonElement Value, ChatQuestion? Question, string? Problem);
