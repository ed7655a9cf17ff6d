using Xunit;

namespace Hone.Server.Tests;

/// <summary>Tests that measure the memory of their process: they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunsAlone
{
    public const string Name = "Runs alone";
}
