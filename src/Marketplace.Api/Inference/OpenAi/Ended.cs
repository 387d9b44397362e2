using Marketplace.Api.Http;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>What a job that is over means to a client that waited for its text.</summary>
internal static class Ended
{
    /// <summary>Null when it succeeded, or has a whole text whose check takes long.</summary>
    public static ProblemHttpResult? Refusal(JobView job) => job.State == WorkState.Succeeded || CheckedText.IsPending(job)
        ? null
        : Problems.Of(
            job.Ending?.CausedBy == CausedBy.Renter
                ? StatusCodes.Status400BadRequest
                : StatusCodes.Status503ServiceUnavailable,
            job.Ending?.Code ?? "no-text",
            job.Ending?.Detail ?? "The text was not made.");
}
