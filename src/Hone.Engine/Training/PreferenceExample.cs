namespace Hone.Engine.Training;

/// <summary>One prompt with the answer that is preferred and the one that is not; only the answers carry weights.</summary>
public sealed record PreferenceExample(TrainingExample Chosen, TrainingExample Rejected, int Line);
