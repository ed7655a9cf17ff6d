using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine.ChatTemplates;

namespace Hone.Data.Mapping;

/// <summary>Alpaca: <c>instruction</c>, <c>input</c>, <c>output</c>, with <c>history</c> and <c>system</c> where there are any; with <c>chosen</c> and <c>rejected</c> a preference.</summary>
sealed class InstructionShape : RowShape
{
    readonly string _instruction;
    readonly string? _input;
    readonly string? _system;
    readonly string? _history;
    readonly string _answer;
    readonly string? _rejected;

    InstructionShape(string instruction, string answer, string? rejected, ColumnSet columns)
    {
        (_instruction, _answer, _rejected) = (instruction, answer, rejected);
        _input = columns.Find("input", "context", "输入");
        _system = columns.Find("system", "system_prompt", "系统");
        _history = columns.Find("history", "历史");
    }

    public override string Description => $"Alpaca: {string.Join(", ", Columns)}";

    public override DatasetKind Kind => _rejected is null ? DatasetKind.Chat : DatasetKind.Preference;

    public override IReadOnlyList<string> Columns => [.. ((string?[])[_system, _history, _instruction, _input, _answer, _rejected]).OfType<string>()];

    public override IReadOnlyList<string> Required => [_instruction];

    public static RowShape? Of(ColumnSet columns)
    {
        if (columns.Find("instruction", "指令") is not { } instruction)
            return null;
        if (columns.Find("chosen") is { } chosen && columns.Find("rejected") is { } rejected)
            return new InstructionShape(instruction, chosen, rejected, columns);
        return columns.Find("output", "response", "输出", "回答") is { } output ? new InstructionShape(instruction, output, null, columns) : null;
    }

    public override DatasetLine Read(JsonLine row)
    {
        MessageBuilder messages = new(row);
        if (_system is not null && Cells.Text(row.Value, _system) is { Length: > 0 } system)
            messages.Add("system", system);
        if (_history is not null && Cells.Find(row.Value, _history) is { ValueKind: JsonValueKind.Array } history)
            foreach (JsonElement turn in history.EnumerateArray().SelectMany(pair => pair.ValueKind == JsonValueKind.Array ? pair.EnumerateArray().ToArray() : [pair]))
                messages.Add(turn);

        string instruction = Cells.Text(row.Value, _instruction);
        string input = _input is null ? "" : Cells.Text(row.Value, _input);
        messages.Add("user", input.Length == 0 ? instruction : instruction.Length == 0 ? input : $"{instruction}\n{input}");
        if (_rejected is not null)
            return new PreferenceLine(row.Example, row.Line, new Conversation(messages.Messages), messages.Answer(_answer), messages.Answer(_rejected));
        messages.Add("assistant", Cells.Text(row.Value, _answer));
        return new ChatLine(row.Example, row.Line, new Conversation(messages.Messages));
    }
}
