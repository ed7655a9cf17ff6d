using System.Text;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Generation;
using Hone.Server.Http;
using Hone.Server.Inference;

namespace Hone.Server.Chat;

/// <summary>One choice of a chat completion while it grows: its words and its calls of tools.</summary>
sealed class ChatAnswer
{
    readonly OpeningFilter _opening;
    readonly ToolCallReader? _reader;
    readonly ToolSet? _tools;
    readonly bool _hasShortIds;
    readonly StringBuilder _content = new();
    readonly List<Call> _calls = [];

    public ChatAnswer(LoadedBase model, ToolSet? tools)
    {
        _opening = new OpeningFilter(model.Opening);
        _tools = tools;
        _hasShortIds = model.ToolCalls?.HasIds == true;
        _reader = tools is null ? null : new ToolCallReader(model.ToolCalls!);
    }

    /// <summary>The words; null when there are only calls.</summary>
    public string? Content => _content.Length == 0 && _calls.Count > 0 ? null : _content.ToString();

    public IReadOnlyList<Call> Calls => _calls;

    /// <summary>Those of tokens that no chunk had yet.</summary>
    public List<TokenLogProbability> UnsentLogProbabilities { get; } = [];

    /// <summary>Null while it grows.</summary>
    public string? FinishReason { get; private set; }

    /// <summary>What a piece of the generated text adds.</summary>
    /// <param name="finish">Null while the text goes on.</param>
    public IReadOnlyList<AnswerPart> Add(string text, FinishReason? finish)
    {
        string answer = _opening.Add(text, isLast: finish is not null);
        IReadOnlyList<AnswerPart> parts = _reader?.Add(answer, isLast: finish is not null) ?? (answer.Length > 0 ? [new AnswerPart(answer, -1, null)] : []);
        foreach (AnswerPart part in parts)
        {
            if (part.Name is not null)
                _calls.Add(new Call(NewId(), part.Name));
            if (part.Call < 0)
                _content.Append(part.Text);
            else
                _calls[part.Call].Arguments.Append(part.Text);
        }

        if (finish is { } reason)
            FinishReason = NameOf(reason);
        return parts;
    }

    /// <summary>An answer that was told which function to call did nothing but that, and stopped.</summary>
    string NameOf(FinishReason reason) =>
        reason == Engine.Generation.FinishReason.Length || _calls.Count == 0 || _tools!.IsNamed ? reason.Name()
        : _tools.IsLegacy ? "function_call"
        : "tool_calls";

    /// <summary>Where the template writes ids, the server's have their form, so that the next prompt looks as the model knows it; the model's own comes too late to be sent first.</summary>
    string NewId() => _tools!.IsLegacy ? "" : _hasShortIds ? Ids.NewShort(ToolCallIds.ShortLength) : Ids.New("call_");

    /// <summary>A call of a tool.</summary>
    internal sealed class Call(string id, string name)
    {
        public string Id => id;

        public string Name => name;

        public StringBuilder Arguments { get; } = new();
    }
}
