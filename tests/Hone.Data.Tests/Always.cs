using FsCheck;
using FsCheck.Fluent;

namespace Hone.Data.Tests;

/// <summary>Properties that hold for every value, tried on the same values in every run.</summary>
static class Always
{
    public static void Holds<T>(Gen<T> values, Action<T> property, int tests = 200) =>
        Prop.ForAll(values.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(new Replay(new Rnd(20260731, 7), size: null)));
}
