using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Compliance;
using Marketplace.Grains.Ledger;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payments;

/// <summary>
/// One refund in USDC. It keeps no state of its own: its row changes together with the books, and what was paid is told
/// by the chunk that it is in.
/// </summary>
[GrainType("usdc-refund")]
internal sealed partial class UsdcRefundGrain(
    UsdcRefundRows rows,
    DepositRows deposits,
    PayoutChunks chunks,
    RefundScreening screening,
    SolanaRailSource rails,
    AdminActs acts,
    IGrainFactory grains,
    IOptions<UsdcRefundOptions> options,
    IOptions<PayoutOptions> payouts,
    TimeProvider clock,
    ICheckpoint checkpoint) : Grain, IUsdcRefundGrain, IUsdcRefundCaseGrain
{
    /// <summary>Tries of one step when another host changes the refund at the same time.</summary>
    private const int TriesMax = 5;

    private PayoutId Id => PayoutId.Parse(this.GetPrimaryKeyString());

    public async Task<UsdcRefundOutcome> Request(
        AccountId account, NewUsdcRefund wish, CancellationToken cancel = default)
    {
        var refund = New(wish, wish.Amount ?? Usdc.Zero) with { Account = account };

        return await grains.GetGrain<IAccountGrain>(account.Value).Describe(cancel) switch
        {
            null => new UsdcRefundOutcome.Unknown(),
            { IsTest: true } => new UsdcRefundOutcome.TestAccount(),
            _ => await Begin(refund, cancel),
        };
    }

    public async Task<UsdcRefundOutcome> RequestUnmatched(
        string deposit, NewUsdcRefund wish, Reviewer asker, CancellationToken cancel = default)
    {
        AdminActs.Check(asker.Act);
        var known = (await deposits.Of(deposit, cancel)).Where(row => row.Transfer.Rail == wish.Rail).ToArray();

        if (known.Length == 0)
        {
            return new UsdcRefundOutcome.Unknown();
        }

        var waiting = known.Where(row => row.Account is null && row.Refund is null).ToArray();
        var amount = Usdc.FromMicros(waiting.Sum(row => row.Transfer.Amount.Micros));
        var refund = New(wish, amount) with { Deposit = deposit, AskedBy = asker };

        // A repeat is answered by what stands, whatever became of the deposit and the list since.
        return await rows.Find(Id, cancel) switch
        {
            { } stored => await Begin(refund with { Amount = stored.Refund.Amount }, cancel),
            null when waiting.Length == 0 => new UsdcRefundOutcome.NotWaiting(),
            null when screening.IsListed(wish.Wallet) => new UsdcRefundOutcome.WalletListed(),
            null => await Begin(refund, cancel),
        };
    }

    public async Task<UsdcRefund?> Describe(CancellationToken cancel = default)
    {
        var refund = await Look(cancel);

        return refund is { State: UsdcRefundStates.Requested }
            ? refund with { Trouble = (await screening.Trouble(cancel))?.ToString() ?? refund.Trouble }
            : refund;
    }

    public async Task<UsdcRefund?> Retry(AdminAct act, CancellationToken cancel = default)
    {
        if (await Look(cancel) is null)
        {
            return null;
        }

        await acts.Record(act, "usdc-refund.retry", Id.Value, cancel);
        var next = await Change(
            refund => refund.State == UsdcRefundStates.Frozen
                ? refund with { State = UsdcRefundStates.Requested, Trouble = null }
                : refund,
            cancel);
        Wake(next!.Rail);
        return next;
    }

    public async Task<UsdcRefundOutcome> Cancel(AdminAct act, CancellationToken cancel = default)
    {
        AdminActs.Check(act);

        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await Look(cancel) is null || await rows.Find(Id, cancel) is not { } stored)
            {
                return new UsdcRefundOutcome.Unknown();
            }

            if (stored.Refund.State is not (UsdcRefundStates.Requested or UsdcRefundStates.Frozen))
            {
                return new UsdcRefundOutcome.OnItsWay(stored.Refund.State);
            }

            await acts.Record(act, "usdc-refund.cancel", Id.Value, cancel);
            var next = stored.Refund with { State = UsdcRefundStates.Refused, Trouble = "cancelled" };

            if (await rows.Refuse(stored, next, cancel))
            {
                checkpoint.Reach(Checkpoints.UsdcRefundRefused);
                return new UsdcRefundOutcome.Accepted(next);
            }
        }

        throw new TimeoutException($"{Id} changes too often to cancel it now.");
    }

    private UsdcRefund New(NewUsdcRefund wish, Usdc amount) => new()
    {
        Id = Id,
        Rail = wish.Rail,
        Amount = amount,
        Wallet = wish.Wallet,
        Beneficiary = wish.Beneficiary ?? new(),
        State = UsdcRefundStates.Requested,
        CreatedAt = clock.GetUtcNow(),
    };

    /// <summary>
    /// Whether it may be, then the hold and the row in one transaction, then the first look of compliance.
    /// </summary>
    private async Task<UsdcRefundOutcome> Begin(UsdcRefund refund, CancellationToken cancel)
    {
        if (await rows.Find(Id, cancel) is { } known)
        {
            return known.Refund.AsksSame(refund)
                ? new UsdcRefundOutcome.Accepted((await Describe(cancel))!)
                : new UsdcRefundOutcome.KeyTaken();
        }

        if (await WhyNot(refund, cancel) is { } why)
        {
            return why;
        }

        if (refund.AskedBy is { } asker)
        {
            await acts.Record(asker.Act, "suspense.refund", $"{refund.Deposit} {refund.Wallet} {Id}", cancel);
        }

        // What is sent back of suspense is as much as came in: no terms of ours stand in the way.
        var begun = await rows.Begin(refund, options.Value.Terms, cancel);

        if (begun is not UsdcRefundBegun.Stands)
        {
            return Refusal(begun);
        }

        checkpoint.Reach(Checkpoints.UsdcRefundRequested);
        await Screen(cancel);
        Wake(refund.Rail);
        return new UsdcRefundOutcome.Accepted((await Describe(cancel))!);
    }

    private async Task<UsdcRefundOutcome?> WhyNot(UsdcRefund refund, CancellationToken cancel)
    {
        if (await grains.GetGrain<IPayoutControlGrain>(0).FrozenBecause(cancel) is { } frozen)
        {
            return new UsdcRefundOutcome.Frozen(frozen);
        }

        var rail = rails.Find(refund.Rail);

        if (rail is null && refund.Rail != RailName.Solana)
        {
            return new UsdcRefundOutcome.NoRail([.. rails.Rails.Select(one => one.Name.Value)]);
        }

        if (await RecipientCheck.WhyUnfit(rail as SolanaRail, TransferOf(refund), cancel) is { } unfit)
        {
            return new UsdcRefundOutcome.WalletUnfit(unfit);
        }

        return await screening.Missing(refund, cancel) is { Count: > 0 } missing
            ? new UsdcRefundOutcome.IdentityMissing(missing)
            : null;
    }

    private static ChunkPayout TransferOf(UsdcRefund refund) =>
        ChunkPayout.Refund(refund.Id, refund.Account, refund.Wallet, refund.Amount, refund.Rail);

    private static UsdcRefundOutcome Refusal(UsdcRefundBegun begun) => begun switch
    {
        UsdcRefundBegun.KeyTaken => new UsdcRefundOutcome.KeyTaken(),
        UsdcRefundBegun.NotEnough few => new UsdcRefundOutcome.NotEnough(few.Available),
        UsdcRefundBegun.NotWaiting => new UsdcRefundOutcome.NotWaiting(),
        UsdcRefundBegun.Refused { Why: UsdcRefundVerdict.TooSmall small } =>
            new UsdcRefundOutcome.TooSmall(small.Minimum),
        UsdcRefundBegun.Refused { Why: UsdcRefundVerdict.AboveDeposits above } =>
            new UsdcRefundOutcome.AboveDeposits(above.Left),
        UsdcRefundBegun.Refused { Why: UsdcRefundVerdict.TooMany many } => new UsdcRefundOutcome.TooMany(many.PerDay),
        UsdcRefundBegun.Refused { Why: UsdcRefundVerdict.AboveDaily daily } =>
            new UsdcRefundOutcome.AboveDaily(daily.Maximum, daily.Left),
        var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
    };

    /// <summary>The refund with the news of its newest chunk, or null.</summary>
    private async Task<UsdcRefund?> Look(CancellationToken cancel)
    {
        if (await rows.Find(Id, cancel) is not { } stored)
        {
            return null;
        }

        if (UsdcRefundStates.IsOver(stored.Refund.State))
        {
            return stored.Refund;
        }

        var known = await chunks.Of(Id, cancel);
        return await Change(refund => After(refund, known.Count > 0 ? known[0] : null), cancel);
    }

    /// <summary>A refund follows its chunk as a payout does.</summary>
    private static UsdcRefund After(UsdcRefund refund, Chunk? newest)
    {
        var seen = PayoutStanding.After(
            new()
            {
                Standing = refund.State,
                Signature = refund.Signature,
                Trouble = refund.Trouble,
                PaidAt = refund.PaidAt,
            },
            newest);

        return refund with
        {
            State = seen.Standing,
            Signature = seen.Signature,
            Trouble = seen.Trouble,
            PaidAt = seen.PaidAt,
        };
    }

    /// <summary>One step that moves no money, decided on what stands; null without a refund.</summary>
    private async Task<UsdcRefund?> Change(Func<UsdcRefund, UsdcRefund> decide, CancellationToken cancel)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await rows.Find(Id, cancel) is not { } stored)
            {
                return null;
            }

            var next = decide(stored.Refund);

            if (next == stored.Refund || await rows.Step(stored, next, cancel))
            {
                return next;
            }
        }

        throw new TimeoutException($"{Id} is changed by others all the time.");
    }

    /// <summary>Not awaited: the lane asks refunds, so a refund must not wait for the lane.</summary>
    private void Wake(RailName rail)
    {
        if (rails.Find(rail)?.LaneName(Id.Value[^1] % payouts.Value.Lanes) is { } name)
        {
            grains.GetGrain<IPayoutLaneGrain>(name).Wake().Ignore();
        }
    }
}
