using Hone.Server.Access;
using Hone.Server.Http;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>Errors that several endpoints about jobs answer.</summary>
static class FineTuningErrors
{
    /// <summary>The job of an organisation, or 404: no such job, or one of others.</summary>
    public static JobRecord Require(this JobStore store, string id, Caller caller, string param = "fine_tune_id") =>
        store.Find(id, caller.Organisation) ?? throw ApiError.NotFound($"Could not find fine tune: {JsonFields.Shown(id)}", param, "fine_tune_not_found");

    /// <summary>400: what is asked for cannot be done with a job in this state.</summary>
    public static ApiError WrongState(JobRecord job, string wanted) => ApiError.Invalid($"Fine-tuning job {job.Id} is {job.Status.Name} and cannot be {wanted}.", code: "invalid_job_state");
}
