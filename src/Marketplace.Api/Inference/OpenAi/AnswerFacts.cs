using System.Text.Json.Serialization;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>What stands behind an answer: in the headers of a whole one, and at the end of a stream.</summary>
/// <param name="Job" example="job_01j9zq8k3v7r2m5x4c6b8n0t1w">The job that made it.</param>
/// <param name="Receipt" example="rcp_01j9zq8k3v7r2m5x4c6b8n0t1w">
/// Receipt of its charge; left out until it is charged, and where it costs nothing.
/// </param>
/// <param name="Verification" example="passed">
/// <c>passed</c>, <c>failed</c>, <c>pending</c> or <c>unchecked</c>.
/// </param>
/// <param name="Texts">
/// The same of every text that was made for an answer of several; left out for one of one, where all of it is above.
/// </param>
internal sealed record AnswerFacts(
    string Job,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Receipt,
    string Verification,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<AnswerFacts>? Texts = null)
{
    private const string Comma = ", ";

    public const string JobHeader = "x-job-id";
    private const string ReceiptHeader = "x-receipt-id";
    private const string VerificationHeader = "x-verification";

    public static AnswerFacts Of(JobView ended) =>
        new(ended.Id.Value, ended.Receipt?.Value, ended.Audit?.Word ?? TextAudit.Unchecked);

    /// <summary>Those of the first text, and in a list those of all where there are several.</summary>
    public static AnswerFacts Of(IReadOnlyList<JobView> made) =>
        made.Count == 1 ? Of(made[0]) : Of(made[0]) with { Texts = [.. made.Select(Of)] };

    /// <summary>Says it in the headers, which have not been sent yet; of several texts in lists.</summary>
    public void Tell(HttpResponse response)
    {
        IReadOnlyList<AnswerFacts> all = Texts ?? [this];
        response.Headers[JobHeader] = string.Join(Comma, all.Select(one => one.Job));
        response.Headers[VerificationHeader] = string.Join(Comma, all.Select(one => one.Verification));

        if (all.Any(one => one.Receipt is not null))
        {
            response.Headers[ReceiptHeader] = string.Join(Comma, all.Select(one => one.Receipt).OfType<string>());
        }
    }
}
