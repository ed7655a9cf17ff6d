namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>A password, key or token of a database: from a variable of the environment, shown nowhere.</summary>
static class DatabaseKey
{
    const string Hidden = "***";

    /// <summary>The value of the first variable that has one; null when none has.</summary>
    public static string? Of(params ReadOnlySpan<string> variables)
    {
        foreach (string variable in variables)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
                return value;
        }

        return null;
    }

    /// <summary>Databases like to repeat the key that they refuse.</summary>
    public static string Hide(string text, string? key) => string.IsNullOrEmpty(key) ? text : text.Replace(key, Hidden, StringComparison.Ordinal);
}
