using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference;

/// <summary>How a job was verified.</summary>
/// <param name="Verification">As the job shows it; null before its end.</param>
/// <param name="Findings">
/// What is kept of a check that went against the text or was disputed: see /v1/jobs/{id}/findings/{findingId}.
/// </param>
internal sealed record JobVerificationResponse(
    VerificationResponse? Verification, IReadOnlyList<FindingId> Findings)
{
    public static JobVerificationResponse From(JobView job) =>
        new(VerificationResponse.From(job.Audit), job.Findings);
}
