namespace Hone.Engine.Generation.Constraints;

/// <summary>The values of <c>format</c> that are honoured, each as a pattern that only valid strings match.</summary>
static class StringFormats
{
    // Days that every year has, so that no calendar is needed.
    const string Date = @"[1-9]\d{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)";
    const string Time = @"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)";
    const string Label = @"[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?";
    const string Host = Label + @"(?:\." + Label + "){0,5}";
    const string Octet = @"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)";
    const string Atom = @"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}";

    static readonly Dictionary<string, string> Patterns = new(StringComparer.Ordinal)
    {
        ["date"] = Date,
        ["time"] = Time,
        ["date-time"] = Date + "T" + Time,
        ["duration"] = @"P(?:\d{1,4}W|\d{1,4}D(?:T\d{1,2}H)?|\d{1,4}Y(?:\d{1,2}M)?|T(?:\d{1,4}H(?:\d{1,2}M)?|\d{1,4}M(?:\d{1,2}S)?|\d{1,4}S))",
        ["email"] = Atom + @"(?:\." + Atom + "){0,3}@" + Host,
        ["hostname"] = Host,
        ["ipv4"] = Octet + @"(?:\." + Octet + "){3}",
        ["ipv6"] = "(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}",
        ["uuid"] = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        ["uri"] = "https?://" + Host + @"(?::[1-9]\d{1,3})?(?:/[A-Za-z0-9._~-]{1,40}){0,10}/?",
    };

    public static IEnumerable<string> Names => Patterns.Keys;

    /// <summary>What the text must match; null for a format that is not honoured.</summary>
    public static string? Find(string name) => Patterns.TryGetValue(name, out string? pattern) ? $"^(?:{pattern})$" : null;
}
