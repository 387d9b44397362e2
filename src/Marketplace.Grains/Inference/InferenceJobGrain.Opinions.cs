using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Market.Admission;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Providers;

namespace Marketplace.Grains.Inference;

/// <summary>
/// How others are asked about a text that was found at fault by numbers, or that the platform does not check: devices
/// of the same kind, of other owners, compute it again without being told what was claimed. They deliver numbers; what
/// these mean is decided here.
/// </summary>
internal sealed partial class InferenceJobGrain
{
    /// <summary>Verifiers work at the platform's terms, whatever they ask of renters.</summary>
    private static readonly DeviceAsk AnyAsk = new(Usdc.Largest, Usdc.Largest, Usdc.Largest);

    /// <summary>The text's opinions while none of them has decided.</summary>
    private SecondOpinions? Doubt => job.State.Proof is { Audit.IsPending: true } proof ? proof.Opinions : null;

    private bool WantsVerifier => IsOpen && Doubt is { Asked: null, IsOver: false };

    public async Task<DeliverOutcome> CompleteAudit(
        AttemptId attempt, AuditDelivery delivery, CancellationToken cancel = default)
    {
        if (!IsOpen || Doubt is not { Asked: { } asked } doubt || asked.Id != attempt)
        {
            return IsHeardFrom(attempt) ? new DeliverOutcome.Accepted() : new DeliverOutcome.Stale();
        }

        var measured = MeasuredPosition.Decode(delivery.Positions);

        if (MeasuredPosition.WhyNonsense(measured, TextTokens(job.State.Proof!)) is { } why)
        {
            LogRefused(log, Id, attempt, why);
            await proofs.Record(attempt, asked.Provider, asked.Device, Id.Value, "bad-delivery", cancel);
            await PassOn(doubt, asked, cancel);
            return new DeliverOutcome.Refused(why);
        }

        if (doubt.IsUndoubted)
        {
            await HearFirst(doubt, asked, delivery, measured!, cancel);
        }
        else
        {
            var heard = HeardWith(doubt, asked, delivery, measured!);
            LogOpinion(log, Id, attempt, asked.Device, heard[^1].Opinion);
            await Next(doubt with { Asked = null, Heard = heard }, cancel);
        }

        await Release(asked, isUnwanted: false, cancel);
        return new DeliverOutcome.Accepted();
    }

    /// <summary>Nothing is told to anybody before others were asked.</summary>
    private async Task Ask(JobProof proof, LogitAuditOutcome.Judged judged, CancellationToken cancel)
    {
        var doubt = new SecondOpinions(judged.Verdict, judged.FaultAt, judged.Evidence!, clock.GetUtcNow());
        var (needs, barred) = (NeedsOf(doubt), BarredFrom(doubt));
        var could = (await directory.Listed(cancel)).Any(
            offer => !barred.Contains(offer.Provider) && Admit.Check(offer, needs).Count == 0);
        LogDoubted(log, Id, judged.Verdict.Cause!, could);
        await Keep(proof, doubt with { IsOver = !could }, cancel);
    }

    /// <summary>What two say is decided; else the next is asked, or the platform looks once more itself.</summary>
    private async Task Next(SecondOpinions doubt, CancellationToken cancel)
    {
        var proof = job.State.Proof!;

        if (OpinionJudge.Stands(doubt.Heard.Select(one => one.Opinion)) is { } stands)
        {
            var (verdict, faultAt) = stands ? Acquit(doubt) : (doubt.First!, doubt.FaultAt);
            var voice = stands ? doubt.Heard.Last(one => one.Opinion == Opinion.Stands).By : doubt.By;
            var by = voice is null ? FindingMeasure.Platform : voice.Model ?? TextAudit.ByDevice;
            await Decide(
                proof with
                {
                    Opinions = doubt,
                    Audit = proof.Audit with { Verdict = verdict, By = by },
                    FaultAt = faultAt,
                },
                cancel);
            return;
        }

        if (doubt.GoesOn && (doubt.Turns.Count == 0 || TurnsLeft(doubt).Any()))
        {
            await Keep(proof, doubt with { Since = clock.GetUtcNow() }, cancel);
            return;
        }

        await StopAsking(proof, doubt with { Since = clock.GetUtcNow() }, cancel);
    }

    private async Task Keep(JobProof proof, SecondOpinions doubt, CancellationToken cancel)
    {
        await Store(Current() with { Proof = proof with { Opinions = doubt } });

        // Due at once: the sweep brings it to the books.
        var look = doubt.IsOver ? market.Value.LookRunning : TimeSpan.Zero;
        await register.Put([Row(clock.GetUtcNow() + look)], cancel);
    }

    private async Task<WorkOrder?> AssignAudit(Offer offer, AttemptId attempt, CancellationToken cancel)
    {
        var doubt = Doubt!;

        if (doubt.Asked is { } asked)
        {
            return asked.Id == attempt ? MakeAudit(doubt, asked) : null;
        }

        if (Admit.Check(offer, NeedsOf(doubt)).Count > 0
            || OnlyOf(doubt)?.Contains(offer.Device) == false
            || offer.Models?.Audits != true
            || ExcludedFrom(doubt).Contains(offer.Device)
            || BarredFrom(doubt).Contains(offer.Provider))
        {
            return null;
        }

        if (!await IsInGoodStanding(offer, cancel) || !await IsApart(offer.Provider, doubt, cancel))
        {
            await Next(doubt with { Passed = [.. doubt.Passed, offer.Device] }, cancel);
            return null;
        }

        var next = new VerifierAttempt(
            attempt,
            offer.Device,
            offer.Provider,
            clock.GetUtcNow(),
            DeviceClass.ModelOf(offer.Spec.Kind, offer.Spec.Name));
        await Store(Current() with { Proof = job.State.Proof! with { Opinions = doubt with { Asked = next } } });

        // Nothing may fail from here on, or the device would not learn what it was given; the sweep looks soon anyway.
        return MakeAudit(doubt, next);
    }

    /// <summary>No failed check counts against it.</summary>
    private async Task<bool> IsInGoodStanding(Offer offer, CancellationToken cancel)
    {
        var device = await GrainFactory.GetGrain<IDeviceGrain>(offer.Device.Value).Describe(cancel);
        return device is { FailedAudits: 0 };
    }

    /// <summary>
    /// Whether its owner has a voice of its own: neither the renter's, nor that of anybody who made a part of the text
    /// or was heard, under whatever provider, as far as the platform was told.
    /// </summary>
    private async Task<bool> IsApart(ProviderId provider, SecondOpinions doubt, CancellationToken cancel)
    {
        if (await GrainFactory.GetGrain<IProviderGrain>(provider.Value).Describe(cancel) is not
            {
                Suspended: false, Owner: var owner,
            })
        {
            return false;
        }

        var renter = job.State.Account;
        var renters = (await GrainFactory.GetGrain<IAccountGrain>(renter.Value).Describe(cancel))?.Provider;
        List<KnownOwner> others = [new(renter, null, null)];
        IReadOnlyList<ProviderId> barredOnes = renters is { } own ? [.. BarredFrom(doubt), own] : BarredFrom(doubt);

        foreach (var barred in barredOnes.Distinct())
        {
            if (await GrainFactory.GetGrain<IProviderGrain>(barred.Value).Describe(cancel) is { } known)
            {
                others.Add(known.Owner);
            }
        }

        return owner.IsApartFrom(others);
    }

    /// <summary>Of an attempt that fell silent, failed or talked nonsense: the next is asked.</summary>
    private async Task PassOn(SecondOpinions doubt, VerifierAttempt asked, CancellationToken cancel)
    {
        LogPassedOn(log, Id, asked.Id, asked.Device);
        await Next(
            doubt with { Asked = null, Passed = [.. doubt.Passed, asked.Device], Failed = doubt.Failed + 1 }, cancel);
        await Release(asked, isUnwanted: true, cancel);
    }

    /// <summary>Whether the attempt was one at a second opinion, which then is given up.</summary>
    private async Task<bool> PassOnFrom(AttemptId attempt, CancellationToken cancel)
    {
        if (!IsOpen || Doubt is not { Asked: { } asked } doubt || asked.Id != attempt)
        {
            return false;
        }

        await PassOn(doubt, asked, cancel);
        return true;
    }

    private async Task LookAtOpinions(SecondOpinions doubt, DateTimeOffset now, CancellationToken cancel)
    {
        if (doubt.Asked is { } asked)
        {
            var isGone = now >= asked.At + verification.Value.OpinionLimit
                || (now >= asked.At + market.Value.Lease
                    && !await GrainFactory.GetGrain<IDeviceGrain>(asked.Device.Value).Runs(asked.Id, cancel));

            if (isGone)
            {
                await PassOn(doubt, asked, cancel);
                return;
            }
        }
        else if (now >= doubt.Since + verification.Value.OpinionPatience)
        {
            await StopAsking(job.State.Proof!, doubt, cancel);
            return;
        }

        await register.Put([Row(now + market.Value.LookRunning)], cancel);
    }

    /// <summary>
    /// Verifiers whose numbers were not borne out lose the trust that they have earned, and no more. Where nothing was
    /// claimed, numbers that are nobody else's may be those of a kind that differs from the platform.
    /// </summary>
    private async Task MarkOddOnes(JobProof proof, CancellationToken cancel)
    {
        if (proof.Opinions is not { } doubt)
        {
            return;
        }

        // What was asked of them is not the verdict where the part that they acquitted is not what fails.
        var stands = OpinionJudge.Stands(doubt.Heard.Select(one => one.Opinion)) ?? proof.Audit.Verdict!.Stands;

        if (doubt is { By: { } first, First: { } said } && said.Stands != stands)
        {
            LogOddOne(log, Id, first.Id, first.Device);
            await KeepOpinion(proof, first, doubt.Evidence.Positions, doubt.Result, cancel);
            await Standing(first.Device).Doubted(first.Id, cancel);
        }

        var claimed = TextOf(doubt).Claims.Count > 0;

        foreach (var heard in doubt.Heard)
        {
            if (heard.Opinion != (stands ? Opinion.Stands : Opinion.Fails)
                && (claimed || heard.Opinion != Opinion.Useless))
            {
                LogOddOne(log, Id, heard.By.Id, heard.By.Device);
                await KeepOpinion(proof, heard.By, heard.Told, heard.Result, cancel);
                await Standing(heard.By.Device).Doubted(heard.By.Id, cancel);
            }
        }

        if (stands && doubt is { IsPlatformsOwn: true, First.Cause: { } cause })
        {
            LogPlatformOdd(log, Id, cause, AccusedIn(doubt).Kind);
        }
    }

    private Task Release(VerifierAttempt verifier, bool isUnwanted, CancellationToken cancel) =>
        Release(verifier.Id, verifier.Device, isUnwanted, cancel);

    private static IReadOnlyList<DeviceId> HeardFrom(SecondOpinions doubt) =>
        [.. doubt.Heard.Select(heard => heard.By).Append(doubt.By).OfType<VerifierAttempt>().Select(by => by.Device)];

    private bool IsHeardFrom(AttemptId attempt) =>
        job.State.Proof?.Opinions is { } opinions
        && (opinions.By?.Id == attempt || opinions.Heard.Any(heard => heard.By.Id == attempt));

    /// <summary>The device that is doubted, and what of the text it made.</summary>
    private (DeviceKind Kind, int From, int To) AccusedIn(SecondOpinions doubt)
    {
        var attempt = job.State.Attempt!;

        return doubt.FaultAt is { } at
            && job.State.Makers.FirstOrDefault(part => at >= part.From && at < part.To) is { } maker
                ? (maker.Kind, maker.From, maker.To)
                : (attempt.Kind, attempt.Prefix, job.State.Proof is { } proof ? TextTokens(proof).Count : 0);
    }

    private DoubtedText TextOf(SecondOpinions doubt)
    {
        var (_, from, to) = AccusedIn(doubt);
        var claims = doubt.FaultAt is null ? job.State.Proof!.Claim?.Commitment.Read() : null;
        return new(
            from, to, claims ?? [], MeasuredPosition.Decode(doubt.Evidence.Positions)!, doubt.Evidence.Thresholds);
    }

    /// <summary>
    /// All tokens of the text, before them those of a prompt that is told, and the mark that ends it where its device
    /// tells one.
    /// </summary>
    private IReadOnlyList<int> TextTokens(JobProof proof)
    {
        var told = OrderOf(proof).PromptTold;
        var made = _tokens.Count - job.State.Attempt!.Prefix;
        var mark = (proof.Claim?.Commitment.Read() ?? []).Skip(told + made).Select(record => record.Token);
        return
        [
            .. (Order.Tokens?.Ids ?? []).Skip(1).Take(told),
            .. _tokens.Select(token => token.Id),
            .. mark,
        ];
    }

    /// <summary>What the renter demanded of whoever sees the prompt holds for verifiers, too.</summary>
    private WorkNeeds NeedsOf(SecondOpinions doubt) => Order.Needs with
    {
        Cap = AnyAsk,
        Device = AccusedIn(doubt).Kind,
    };

    private static IReadOnlyList<DeviceId> ExcludedFrom(SecondOpinions doubt) =>
        [.. doubt.Passed, .. HeardFrom(doubt)];

    /// <summary>The devices whose turn it is, where turns were drawn; null for all.</summary>
    private IReadOnlyList<DeviceId>? OnlyOf(SecondOpinions doubt)
    {
        if (doubt.Turns.Count == 0)
        {
            return null;
        }

        var turns = VerifierDraw.Turns(clock.GetUtcNow() - doubt.Since, verification.Value.OpinionPatience);
        return [.. TurnsLeft(doubt).Take(turns).SelectMany(turn => turn.Devices)];
    }

    private IEnumerable<VerifierTurn> TurnsLeft(SecondOpinions doubt)
    {
        var barred = BarredFrom(doubt);
        return doubt.Turns.Where(
            turn => !barred.Contains(turn.Provider) && turn.Devices.Except(doubt.Passed).Any());
    }

    /// <summary>Whoever made a part of the text, and whoever was heard: each owner has one voice.</summary>
    private IReadOnlyList<ProviderId> BarredFrom(SecondOpinions doubt) =>
    [
        job.State.Attempt!.Provider,
        .. job.State.Makers.Select(maker => maker.Provider),
        .. doubt.Heard.Select(heard => heard.By.Provider),
        .. doubt.By is { } by ? [by.Provider] : Array.Empty<ProviderId>(),
    ];

    private WorkTicket MakeAuditTicket(SecondOpinions doubt) => new(
        Id.Value,
        Order.Needs.Kind,
        NeedsOf(doubt),
        doubt.Since,
        ExcludedFrom(doubt),
        Seats: 1,
        BarredFrom(doubt),
        new(Order.Model, Order.ModelSha256, Order.Files is not null),
        IsAudit: true,
        Only: OnlyOf(doubt))
    {
        IsOfTokens = Order.Tokens is not null,
        IsOfCalls = Order.Calls is not null,
        TellsPrompt = OrderOf(job.State.Proof!).TellsPrompt,
    };

    private WorkOrder MakeAudit(SecondOpinions doubt, VerifierAttempt verifier) => new(
        verifier.Id,
        Id.Value,
        verifier.At + verification.Value.OpinionLimit,
        null,
        null,
        new(OrderOf(job.State.Proof!), TextTokens(job.State.Proof!), doubt.Evidence.Thresholds.Hard));
}
