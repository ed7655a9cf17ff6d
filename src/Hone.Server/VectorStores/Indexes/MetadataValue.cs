using System.Globalization;

namespace Hone.Server.VectorStores.Indexes;

/// <summary>A value of metadata: a text, a number, or true or false. Values of two kinds are never equal.</summary>
public readonly record struct MetadataValue
{
    readonly object _value;

    MetadataValue(object value) => _value = value;

    /// <summary>The text; null when it is none.</summary>
    public string? Text => _value as string;

    /// <summary>The number; null when it is none. Whole numbers up to 2⁵³ are exact.</summary>
    public double? Number => _value as double?;

    /// <summary>True or false; null when it is neither.</summary>
    public bool? Truth => _value as bool?;

    /// <summary>The value as a string, a double or a bool.</summary>
    public object Value => _value;

    public static implicit operator MetadataValue(string value) => new(value);

    public static implicit operator MetadataValue(double value) => double.IsFinite(value) ? new(value) : throw new ArgumentOutOfRangeException(nameof(value), "Numbers of metadata are finite.");

    public static implicit operator MetadataValue(bool value) => new(value);

    public override string ToString() => Convert.ToString(_value, CultureInfo.InvariantCulture) ?? "";
}
