using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>Where a database is, as an address says it: <c>//[USER@]HOST[:PORT][/PATH]</c>, or the same after <c>http:</c> or <c>https:</c>.</summary>
sealed record DatabaseAddress
{
    DatabaseAddress(Uri uri, bool isSecure, int defaultPort)
    {
        Host = uri.IdnHost;
        Port = uri.IsDefaultPort ? defaultPort : uri.Port;
        IsSecure = isSecure;
        User = Uri.UnescapeDataString(uri.UserInfo) is { Length: > 0 } user ? user : null;
        Path = [.. uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
    }

    public string Host { get; }

    public int Port { get; }

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsSecure { get; }

    public string? User { get; }

    /// <summary>The parts of the path, unescaped.</summary>
    public IReadOnlyList<string> Path { get; }

    /// <summary>The address that HTTP requests begin with.</summary>
    public Uri Http => new UriBuilder(IsSecure ? "https" : "http", Host, Port).Uri;

    /// <summary>Host and port, as messages name them.</summary>
    public override string ToString() => $"{Host}:{Port}";

    /// <param name="kind">The name of the system, for messages.</param>
    /// <param name="secretVariable">The variable of the environment that the password or key belongs into.</param>
    /// <param name="securePort">The port of https without one.</param>
    /// <param name="parts">What the path may name, for messages: as many parts as there are, or none.</param>
    /// <param name="isSecure">Whether an address without http or https is encrypted.</param>
    /// <param name="hasUser">Whether the system knows users; where it does not, what stands before the host must be a secret.</param>
    /// <exception cref="HoneException">It is no such address, or it shows a secret.</exception>
    public static DatabaseAddress Parse(string address, string kind, string secretVariable, int port, string[]? parts = null, int securePort = 443, bool isSecure = false, bool hasUser = false)
    {
        bool hasScheme = address.StartsWith("http://", StringComparison.Ordinal) || address.StartsWith("https://", StringComparison.Ordinal);
        // The address is not repeated in messages: it may hold what it should not.
        if (!Uri.TryCreate(hasScheme ? address : $"{(isSecure ? "https" : "http")}:{address}", UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0 || !(hasScheme || address.StartsWith("//", StringComparison.Ordinal)))
            throw new HoneException(Text.Of($"That is no address of a database of the kind {kind}. Write {kind}://HOST:PORT, or {kind}:https://HOST.", $"这不是 {kind} 数据库的地址。请写成 {kind}://HOST:PORT 或 {kind}:https://HOST。"));
        if ((hasUser ? uri.UserInfo.Contains(':', StringComparison.Ordinal) : uri.UserInfo.Length > 0) || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw new HoneException(Text.Of(
                $"The address of {kind} at {uri.Host} has a key, a password or a query. Others could read it in the list of processes: put the secret into the variable {secretVariable}, and write the address without it and without what stands after ?.",
                $"{uri.Host} 的 {kind} 地址中含有密钥、密码或查询参数。他人可以在进程列表中看到：请将密钥放入环境变量 {secretVariable}，地址中不要写密钥，也不要写 ? 之后的内容。"));
        int given = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Length;
        if (given != 0 && given != (parts?.Length ?? 0))
        {
            string form = string.Concat((parts ?? []).Select(part => $"/{part}"));
            throw new HoneException(Text.Of($"The address of {kind} at {uri.Host} has more behind it than it may. Write {kind}://{uri.Authority}{form}.", $"{uri.Host} 的 {kind} 地址之后的内容过多或不全。请写成 {kind}://{uri.Authority}{form}。"));
        }

        bool encrypted = uri.Scheme == Uri.UriSchemeHttps;
        return new DatabaseAddress(uri, encrypted, encrypted ? securePort : port);
    }
}
