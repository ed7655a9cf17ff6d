using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Hone.Engine;

namespace Hone.Server.Models;

/// <summary>Names of models: <c>ft:{base}:{organisation}:{suffix}:{8 characters}</c> for fine-tuned ones, plain words for others.</summary>
public static partial class ModelIds
{
    public const string FineTunedPrefix = "ft:";
    public const string LocalOrganisation = "local";
    const int MaxSuffixLength = 64;
    const int MaxFolderBytes = 200; // File systems take 255; longer names end in a hash.
    const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>A new id; the last part is random.</summary>
    /// <param name="baseId">A name, another fine-tuned model's id (its base is taken), or the path of a folder (its last part is taken).</param>
    public static string NewFineTuned(string baseId, string? suffix, string organisation = LocalOrganisation) =>
        $"{FineTunedPrefix}{BaseName(baseId)}:{organisation}:{Suffix(suffix)}:{RandomNumberGenerator.GetString(Alphabet, 8)}";

    /// <summary>The id of the model as it was after a step of its training; it has random characters of its own.</summary>
    public static string NewCheckpoint(string baseId, string? suffix, int step, string organisation = LocalOrganisation) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{NewFineTuned(baseId, suffix, organisation)}:ckpt-step-{step}");

    public static bool IsFineTuned(string id) => id.StartsWith(FineTunedPrefix, StringComparison.Ordinal);

    /// <summary>The name of the model that was tuned first.</summary>
    public static string BaseName(string id)
    {
        if (IsFineTuned(id))
            return id.Split(':')[1];
        string last = Path.GetFileName(Path.TrimEndingDirectorySeparator(id.Replace('\\', '/')));
        string safe = Unsafe().Replace(last, "-").Trim('-', '.');
        return safe.Length > 0 ? safe : "model";
    }

    /// <summary>The organisation that tuned a model; empty where an id does not name one.</summary>
    public static string Organisation(string fineTunedId) => fineTunedId.Split(':') is [_, _, string organisation, ..] ? organisation : "";

    /// <summary>A folder's name for an id, safe on every file system.</summary>
    internal static string FolderName(string id)
    {
        string name = Unsafe().Replace(id.Replace(':', '+'), "-");
        if (Encoding.UTF8.GetByteCount(name) <= MaxFolderBytes)
            return name;
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 8));
        int kept = name.Length;
        while (Encoding.UTF8.GetByteCount(name.AsSpan(0, kept)) + 1 + hash.Length > MaxFolderBytes)
            kept--;
        return $"{name[..kept]}+{hash}";
    }

    internal static void RequireName(string name)
    {
        // Windows opens a device instead, whatever follows the first point.
        if (Device().IsMatch(name))
            throw new HoneException(Engine.Text.Of(
                $"\"{name}\" cannot be the name of a model: Windows has a device of that name. Choose another one with --name.",
                $"“{name}”不能用作模型名称：Windows 有同名设备。请用 --name 选择其他名称。"));
        if (name.Length is 0 or > 100 || name[0] is '.' or '-' || Unsafe().IsMatch(name) || name.Contains('+', StringComparison.Ordinal) || name.EndsWith('.'))
            throw new HoneException(Engine.Text.Of(
                $"\"{name}\" cannot be the name of a model. Use letters, digits, '-', '_' and '.', beginning with a letter or digit.",
                $"“{name}”不能用作模型名称。请使用字母、数字、“-”“_”和“.”，并以字母或数字开头。"));
    }

    /// <summary>Refuses a suffix that is too long.</summary>
    public static void RequireSuffix(string? suffix)
    {
        if (suffix?.Length > MaxSuffixLength)
            throw new HoneException(Engine.Text.Of(
                $"The suffix has {suffix.Length} characters; at most {MaxSuffixLength} are possible.",
                $"后缀有 {suffix.Length} 个字符，最多 {MaxSuffixLength} 个。"));
    }

    static string Suffix(string? suffix)
    {
        RequireSuffix(suffix);
        return Unsafe().Replace(suffix ?? "", "-").Replace('+', '-');
    }

    [GeneratedRegex(@"^(con|prn|aux|nul|(com|lpt)[0-9¹²³])(\.|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Device();

    [GeneratedRegex(@"[^\p{L}\p{Nd}._+-]")]
    private static partial Regex Unsafe();
}
