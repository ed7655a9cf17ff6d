using System.Globalization;
using System.Runtime.CompilerServices;

namespace Hone.Tests;

/// <summary>Part of every test project: messages are read in English, whatever the language of the machine. Tests of Chinese choose it themselves.</summary>
static class EnglishMessages
{
    [ModuleInitializer]
    internal static void Choose() => CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.GetCultureInfo("en");
}
