using System.Globalization;
using System.Text;

namespace Hone.Server.VectorStores.Indexes.Databases.Redis;

/// <summary>An answer of Redis: a text, a number, a list, an error, or nothing.</summary>
sealed class RespValue
{
    public static readonly RespValue Null = new();

    byte[]? _text;

    /// <summary>What Redis says went wrong; null where nothing did.</summary>
    public string? Error { get; private init; }

    /// <summary>The members of a list; empty where it is none.</summary>
    public IReadOnlyList<RespValue> Items { get; private init; } = [];

    public long? Integer { get; private init; }

    public bool IsNull => _text is null && Integer is null && Error is null && !IsList;

    public bool IsList { get; private init; }

    /// <summary>The text; null where there is none.</summary>
    public string? Text => _text is null ? Integer?.ToString(CultureInfo.InvariantCulture) : Encoding.UTF8.GetString(_text);

    /// <summary>The bytes of the text; empty where there is none.</summary>
    public ReadOnlySpan<byte> Bytes => _text;

    /// <summary>A number that came as a number or as a text; 0 where there is none.</summary>
    public double Number => Integer ?? (double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : 0);

    public static RespValue OfText(byte[] text) => new() { _text = text };

    public static RespValue OfError(string message) => new() { Error = message };

    public static RespValue OfNumber(long number) => new() { Integer = number };

    public static RespValue OfItems(IReadOnlyList<RespValue> items) => new() { Items = items, IsList = true };
}
