namespace Hone.Server.Access;

/// <summary>The words for roles on the command line and in the database.</summary>
public static class RoleNames
{
    public static IReadOnlyList<string> All { get; } = ["read-only", "member", "owner"];

    public static string Of(Role role) => All[(int)role];

    public static Role Parse(string name)
    {
        for (int index = 0; index < All.Count; index++)
            if (All[index] == name)
                return (Role)index;
        throw new ArgumentException($"There is no role {name}.", nameof(name));
    }
}
