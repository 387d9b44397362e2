using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>
/// What is kept of a text that was judged against a device, or over which opinions differed: the device's records and
/// what others measured, so that the verdict can be followed when the job has forgotten them.
/// </summary>
internal sealed partial class InferenceJobGrain
{
    /// <summary>Held against a verifier whose numbers were not borne out.</summary>
    private const string NotBorneOut = "not-borne-out";

    // What the check that runs was given: a verdict may come when the text was paid and the job has forgotten it.
    private DeliveredEnd? _checked;

    /// <summary>Keeps what was found, before anything follows from it; answers its id. Safe to repeat.</summary>
    private async Task<IReadOnlyList<FindingId>> KeepFinding(JobProof proof, CancellationToken cancel)
    {
        if (proof.Vectors is not null
            || (proof.Opinions?.First is not { Stands: false } && proof.Audit.Verdict is not { Stands: false }))
        {
            return [];
        }

        var finding = FindingOf(proof);
        await findings.Keep(finding, cancel);
        return [finding.Id];
    }

    /// <summary>The same of a text that was paid before its verdict.</summary>
    private async Task KeepLate(LogitAuditOutcome.Judged judged, JobSettlement end, CancellationToken cancel)
    {
        var proof = new JobProof(
            end.Audit! with { Verdict = judged.Verdict }, _checked, end.PromptTokens, end.EndedAt, end.Final)
        {
            Evidence = judged.Evidence,
            Ordered = judged.Ordered,
            DecidedAt = clock.GetUtcNow(),
        };
        var finding = FindingOf(proof) with { Verdict = end.Audit.Word, Result = end.Result };
        await findings.Keep(finding, cancel);
        await Store(Current() with { Findings = [.. job.State.Findings.Append(finding.Id).Distinct()] });
    }

    /// <summary>Of the device that is blamed; where none is, of the one that was doubted.</summary>
    private Finding FindingOf(JobProof proof)
    {
        var attempt = job.State.Attempt!;
        var isBlamed = proof.Audit.Verdict is { Stands: false };
        var faultAt = isBlamed ? proof.FaultAt : proof.Opinions?.FaultAt;
        var maker = job.State.Makers.FirstOrDefault(part => faultAt >= part.From && faultAt < part.To);
        var commitment = maker is null ? proof.Claim?.Commitment : null;
        var claims = commitment?.Read() ?? [];
        var (from, to) = (maker?.From ?? attempt.Prefix, maker?.To ?? _tokens.Count);
        int[] tokens = claims.Count > 0
            ? [.. claims.Select(record => record.Token)]
            : [.. _tokens.Take(to).Skip(from).Select(token => token.Id)];

        return Blank(
            proof,
            FindingKind.Text,
            (maker?.Attempt ?? attempt.Id).Value,
            (maker?.Device ?? attempt.Device).Value,
            (isBlamed ? proof.Audit.Verdict?.Cause : proof.Opinions?.First?.Cause) ?? string.Empty) with
        {
            From = from,
            Tokens = tokens,
            Result = maker is null ? proof.Claim?.Result : null,
            Commitment = commitment is not null && (claims.Count > 0 || proof.Ordered is not null)
                ? FindingCommitment.Of(commitment)
                : null,
            Ordered = maker is null ? proof.Ordered : null,
            Measured = MeasuresOf(proof, claims, from, tokens.Length),
        };
    }

    /// <summary>
    /// What is kept of a verifier that was not borne out: its numbers, and those of whoever else measured the text.
    /// </summary>
    private async Task KeepOpinion(
        JobProof proof, VerifierAttempt by, byte[]? told, SignedResult? result, CancellationToken cancel)
    {
        if (proof.Opinions is not { } doubt || told is null || result is null)
        {
            return;
        }

        var own = MeasuredPosition.Decode(told)!;
        await findings.Keep(
            Blank(proof, FindingKind.Opinion, by.Id.Value, by.Device.Value, NotBorneOut) with
            {
                Tokens = TextTokens(proof),
                Result = result,
                Told = Convert.ToBase64String(told),
                Measured =
                [
                    .. MeasuresOf(proof, [.. own.Select(position => position.Record)], 0, own.Count)
                        .Where(one => one.Positions != Convert.ToBase64String(told)),
                ],
            },
            cancel);
    }

    /// <summary>All that findings of this job have in common.</summary>
    private Finding Blank(JobProof proof, string kind, string attempt, string device, string cause)
    {
        var decidedAt = proof.DecidedAt ?? proof.At;

        return new(
            Finding.IdOf(kind, Id.Value, attempt),
            kind,
            Id.Value,
            attempt,
            device,
            Order.Model,
            Order.ModelSha256,
            Order.Identity?.Id,
            Order.Identity?.Profile,
            0,
            [],
            proof.Audit.Word,
            cause,
            proof.Audit.Draw,
            null,
            null,
            null,
            (proof.Opinions?.Evidence ?? proof.Evidence) is { } evidence
                ? FindingThresholds.Of(evidence.Thresholds)
                : null,
            [],
            decidedAt,
            findings.Until(decidedAt));
    }

    /// <summary>Whose numbers are known of a part of the text, the doubter's first.</summary>
    private static IReadOnlyList<FindingMeasure> MeasuresOf(
        JobProof proof, IReadOnlyList<LogitRecord> claims, int from, int count)
    {
        if ((proof.Opinions?.Evidence ?? proof.Evidence) is not { } evidence)
        {
            return [];
        }

        IEnumerable<(string By, byte[]? Told)> all =
        [
            (
                proof.Opinions?.By is { } first ? first.Model ?? TextAudit.ByDevice : FindingMeasure.Platform,
                evidence.Positions),
            .. (proof.Opinions?.Heard ?? []).Select(heard => (heard.By.Model ?? TextAudit.ByDevice, heard.Told)),
        ];

        return
        [
            .. all
                .Where(one => one.Told is not null)
                .Select(one => (one.By, Part: MeasuredPosition.Decode(one.Told)!.Skip(from).Take(count).ToArray()))
                .Where(one => one.Part.Length == count)
                .Select(one => FindingMeasure.Of(one.By, claims, one.Part, evidence.Thresholds, from)),
        ];
    }
}
