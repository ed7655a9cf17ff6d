using System.Security.Cryptography;
using System.Text;

namespace Hone.Server.Access;

/// <summary>What is kept of a key: enough to recognise it, not enough to use it.</summary>
/// <param name="Hint">Its beginning and end, for people.</param>
/// <param name="Role">A name of <see cref="RoleNames"/>.</param>
public sealed record ApiKey(
    string Id, string Hash, string Hint, string Name, string Organisation, string Project, string Role, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    const string Prefix = "sk-hone-";
    const int RandomLength = 40;
    const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const int MaxLength = 500;

    /// <summary>A key that nobody guesses: 238 random bits.</summary>
    internal static string NewSecret() => Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);

    /// <summary>Whether a text can be sent as a key at all.</summary>
    internal static bool IsPossible(string secret) => secret.Length is > 0 and <= MaxLength && secret.All(character => character is > ' ' and <= '~');

    // Keys are long and random, so that a plain hash cannot be searched for them.
    internal static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The beginning and the end of a long key, so that its owner knows which one it is; nothing of a short one.</summary>
    internal static string Masked(string secret) => secret.Length < 20 ? new string('*', Math.Min(secret.Length, 8)) : $"{secret[..5]}***{secret[^4..]}";

    public bool IsActive(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > now);

    internal Caller ToCaller() => new(Organisation, Project, RoleNames.Parse(Role), Id);
}
