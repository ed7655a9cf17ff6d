using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>Every endpoint below <c>/v1/fine_tuning</c>.</summary>
static class FineTuningApi
{
    public static readonly Action<IEndpointRouteBuilder>[] Endpoints =
    [
        CreateFineTuningJob.Map,
        ListFineTuningJobs.Map,
        RetrieveFineTuningJob.Map,
        CancelFineTuningJob.Map,
        PauseFineTuningJob.Map,
        ResumeFineTuningJob.Map,
        ListFineTuningEvents.Map,
        ListFineTuningCheckpoints.Map,
        GrantCheckpointPermission.Map,
        ListCheckpointPermissions.Map,
        RevokeCheckpointPermission.Map,
    ];
}
