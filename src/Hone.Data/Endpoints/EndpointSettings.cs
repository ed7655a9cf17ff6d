using Hone.Engine;

namespace Hone.Data.Endpoints;

/// <summary>Where a chat model is asked, and how patiently. No record: the key must not be printed with it.</summary>
public sealed class EndpointSettings
{
    const string Path = "chat/completions";

    /// <param name="url">What clients take as their base, such as <c>http://127.0.0.1:5000/v1</c>.</param>
    /// <param name="apiKey">Sent as bearer token; null where none is needed.</param>
    /// <exception cref="HoneException">The address is none.</exception>
    public EndpointSettings(string url, string model, string? apiKey)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            throw new HoneException(Text.Of($"{url} is no address of an endpoint. Write it like http://127.0.0.1:5000/v1.", $"{url} 不是端点地址。请写成类似 http://127.0.0.1:5000/v1 的形式。"));
        if (apiKey is not null && apiKey.Any(letter => letter is <= ' ' or > '~'))
            throw new HoneException(Text.Of("The API key holds a space or a character that no key has. Copy it again.", "API 密钥含有空格或密钥中不会出现的字符。请重新复制。"));

        string trimmed = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        string target = trimmed.EndsWith(Path, StringComparison.Ordinal) ? trimmed : $"{trimmed}/{Path}";
        (Url, Model, ApiKey) = (new Uri(target + address.Query), model, apiKey);
    }

    /// <summary>The address that questions are posted to.</summary>
    public Uri Url { get; }

    public string Model { get; }

    /// <summary>How often a question is sent again after a failure that may pass.</summary>
    public int Retries { get; init; } = 6;

    /// <summary>How long one answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    internal string? ApiKey { get; }
}
