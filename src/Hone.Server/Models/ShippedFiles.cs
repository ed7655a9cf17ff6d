namespace Hone.Server.Models;

/// <summary>What comes with Hone: beside the program, or at the root of its repository.</summary>
static class ShippedFiles
{
    /// <summary>The path of a file or a folder such as <c>models</c>; null when it is not there.</summary>
    public static string? Find(string name)
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string path = Path.Combine(folder, name);
            bool isBesideProgram = folder == AppContext.BaseDirectory;
            if ((isBesideProgram || File.Exists(Path.Combine(folder, "Hone.slnx"))) && Path.Exists(path))
                return path;
        }

        return null;
    }
}
