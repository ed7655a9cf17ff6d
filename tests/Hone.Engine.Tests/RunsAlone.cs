using Xunit;

namespace Hone.Engine.Tests;

/// <summary>Tests that change the number of threads or count allocations: they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunsAlone
{
    public const string Name = "Runs alone";
}
