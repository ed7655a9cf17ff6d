using Hone.Engine;

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

    /// <summary>The same for a header of HTTP, without the end of the line that a key from a file may have.</summary>
    /// <exception cref="HoneException">It has what no header can hold.</exception>
    public static string? OfHeader(string variable)
    {
        string? key = Of(variable)?.Trim();
        return key.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? throw new HoneException(Text.Of($"The variable {variable} has letters that no key has. Copy the key into it again.", $"环境变量 {variable} 中含有密钥不会有的字符。请重新复制密钥。"))
            : key;
    }

    /// <summary>Databases like to repeat the key that they refuse.</summary>
    public static string Hide(string text, string? key) => string.IsNullOrEmpty(key) ? text : text.Replace(key, Hidden, StringComparison.Ordinal);
}
