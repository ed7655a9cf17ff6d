using System.Security.Cryptography;
using System.Text;

namespace Hone.Engine.ChatTemplates;

/// <summary>Ids of calls for templates that want them short: clients send those that another server gave out, which are longer.</summary>
public static class ToolCallIds
{
    /// <summary>Letters and digits of an id that every template takes.</summary>
    public const int ShortLength = 9;

    const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The same short id for the same id, and the id itself where it is short already.</summary>
    public static string Shorten(string id)
    {
        if (id.Length == ShortLength && id.All(char.IsAsciiLetterOrDigit))
            return id;
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(id));
        return string.Create(ShortLength, hash, static (text, bytes) =>
        {
            for (int i = 0; i < text.Length; i++)
                text[i] = Base62[bytes[i] % Base62.Length];
        });
    }
}
