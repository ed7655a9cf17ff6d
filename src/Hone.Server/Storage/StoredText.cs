namespace Hone.Server.Storage;

/// <summary>Texts of others, as columns keep them.</summary>
static class StoredText
{
    /// <summary>With U+FFFD for the character 0, which PostgreSQL has in no text.</summary>
    public static string Of(string text) => text.Replace('\0', '\ufffd');
}
