using Hone.Engine.Training.Objectives;

namespace Hone.Engine.Training.Runs;

/// <summary>The examples of a run: to learn from, to judge by, and to watch what is forgotten.</summary>
sealed record RunExamples(IObjective Training, IObjective? Validation, IObjective? HeldOut);
