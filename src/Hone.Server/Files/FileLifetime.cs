using System.Globalization;
using System.Text.Json;
using Hone.Server.Http;
using Hone.Server.OpenApi;

namespace Hone.Server.Files;

/// <summary><c>expires_after</c>: how long a file is kept, from an hour to 30 days after it was made.</summary>
static class FileLifetime
{
    public const string Anchor = "expires_after[anchor]";
    public const string Seconds = "expires_after[seconds]";
    const string Name = "expires_after";
    const long MinSeconds = 3600, MaxSeconds = 2_592_000;

    /// <summary>As a member of a JSON body.</summary>
    public static readonly ObjectShape Object = Shape.Closed(
        Field.Required("anchor", Shape.OneOf("created_at")), Field.Required("seconds", Shape.Whole(MinSeconds, MaxSeconds)));

    /// <summary>As parts of a form: all of them or none.</summary>
    public static readonly Field[] Parts =
    [
        Field.Sometimes(Anchor, Shape.OneOf("created_at"), "With the seconds: how long the file is kept."),
        Field.Sometimes(Seconds, Shape.Whole(MinSeconds, MaxSeconds)),
    ];

    /// <summary>Of a form, where each member is a part of its own; null when none was sent.</summary>
    public static TimeSpan? Of(MultipartForm form)
    {
        if (!form.Texts.ContainsKey(Anchor) && !form.Texts.ContainsKey(Seconds))
            return null;
        Dictionary<string, object?> members = [];
        if (form.Texts.TryGetValue(Anchor, out string? anchor))
            members["anchor"] = anchor;
        if (form.Texts.TryGetValue(Seconds, out string? seconds))
            members["seconds"] = long.TryParse(seconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : seconds;
        return Of(new JsonFields(JsonSerializer.SerializeToElement(new Dictionary<string, object?> { [Name] = members }), Shape.Open(Field.Optional(Name, Object))));
    }

    /// <summary>Of a JSON body.</summary>
    public static TimeSpan? Of(JsonFields body, string name = Name)
    {
        if (body.Object(name) is not { } after)
            return null;
        after.RefuseOthers();
        after.RequiredString("anchor");
        return TimeSpan.FromSeconds(after.RequiredInteger("seconds"));
    }
}
