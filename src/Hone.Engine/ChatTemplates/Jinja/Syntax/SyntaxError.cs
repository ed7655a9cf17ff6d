using System.Globalization;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>A template that cannot be understood, with the line where reading stopped.</summary>
static class SyntaxError
{
    public static HoneException At(int line, string message) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The chat template cannot be read, line {line}: {message}."));
}
