using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Grains.Inference;

/// <summary>
/// What verifiers' numbers say of a text of several makers: they cover all of it, so whoever did not make the doubted
/// part is judged by the same numbers before anybody is paid.
/// </summary>
internal sealed partial class InferenceJobGrain
{
    /// <summary>All that were heard, with one more.</summary>
    private IReadOnlyList<HeardOpinion> HeardWith(
        SecondOpinions doubt, VerifierAttempt by, AuditDelivery told, IReadOnlyList<MeasuredPosition> measured)
    {
        var text = TextOf(doubt);
        var (opinion, verdict) = OpinionJudge.Judge(text, measured);
        var heard = new HeardOpinion(by, opinion, verdict)
        {
            Parts = doubt.FaultAt is null ? [] : VerdictsOn(PartsOf(doubt), measured),
            Told = told.Positions,
            Result = told.Result,
        };

        if (opinion != Opinion.Useless || text.Claims.Count > 0)
        {
            return [.. doubt.Heard, heard];
        }

        // Nothing was claimed and the platform found something else: verifiers bear each other out.
        var twin = doubt.Heard.FirstOrDefault(one => one.Positions is { } positions
            && OpinionJudge.AreSame(MeasuredPosition.Decode(positions)!, measured, text.Thresholds));

        return twin is null
            ? [.. doubt.Heard, heard with { Positions = told.Positions }]
            : [.. doubt.Heard.Select(one => one == twin ? BorneOut(one) : one), BorneOut(heard)];
    }

    private static HeardOpinion BorneOut(HeardOpinion heard) => heard with
    {
        Opinion = heard.Verdict.Stands ? Opinion.Stands : Opinion.Fails,
        Positions = null,
    };

    /// <summary>
    /// What follows where two acquit what the platform doubts. If that was an earlier device's, each other part is
    /// judged by the numbers of platform and verifiers: it fails where the platform and one of them say so. Verifiers
    /// alone do not do, for a part may be of another kind of device than they are.
    /// </summary>
    private (LogitVerdict Verdict, int? FaultAt) Acquit(SecondOpinions doubt)
    {
        var known = doubt.Heard.Where(one => one.Opinion != Opinion.Useless).ToArray();
        var last = known.Last(one => one.Opinion == Opinion.Stands);

        if (doubt.FaultAt is not { } doubted)
        {
            return (last.Verdict, null);
        }

        var parts = PartsOf(doubt);
        IReadOnlyList<LogitVerdict>[] votes =
        [
            VerdictsOn(parts, parts[^1].Platform),
            .. known.Select(one => one.Parts).Where(verdicts => verdicts.Count == parts.Count),
        ];

        for (var at = 0; at < parts.Count; at++)
        {
            var failed = votes.Select(verdicts => verdicts[at]).Where(verdict => !verdict.Stands).ToArray();

            if (votes[0][at].Stands
                || failed.Length < OpinionJudge.AgreeMin
                || (doubted >= parts[at].From && doubted < parts[at].To))
            {
                continue;
            }

            return at == parts.Count - 1
                ? (failed[^1], null)
                : (failed[^1] with { Cause = LogitVerdict.OtherBeginning }, parts[at].From);
        }

        return (votes.Select(verdicts => verdicts[^1]).LastOrDefault(one => one.Stands) ?? last.Verdict, null);
    }

    private static IReadOnlyList<LogitVerdict> VerdictsOn(
        IReadOnlyList<DoubtedText> parts, IReadOnlyList<MeasuredPosition> measured) =>
        [.. parts.Select(part => OpinionJudge.Hold(part, measured))];

    /// <summary>The text by its makers: earlier ones' parts have no claims, the last device's is behind them.</summary>
    private IReadOnlyList<DoubtedText> PartsOf(SecondOpinions doubt) =>
        PartsOf(MeasuredPosition.Decode(doubt.Evidence.Positions)!, doubt.Evidence.Thresholds);

    private IReadOnlyList<DoubtedText> PartsOf(IReadOnlyList<MeasuredPosition> platform, LogitThresholds thresholds)
    {
        var claims = job.State.Proof!.Claim?.Commitment.Read() ?? [];

        return
        [
            .. job.State.Makers.Select(part => new DoubtedText(part.From, part.To, [], platform, thresholds)),
            new(job.State.Attempt!.Prefix, platform.Count, claims, platform, thresholds),
        ];
    }
}
