using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// Advances of one provider. It keeps no state: books and register change in one transaction, and the next advance is
/// named after its number, so that two activations cannot both make it. What secures an advance is looked at once more
/// by the transaction that pays it, since a holdback may end between the decision and the posting.
/// </summary>
[GrainType("advance-desk")]
internal sealed class AdvanceDeskGrain(
    IBook book,
    IRegister register,
    IGrainFactory grains,
    IOptions<AdvanceOptions> options,
    TimeProvider clock,
    ICheckpoint checkpoint) : Grain, IAdvanceDeskGrain
{
    private const string Open = "open";
    private const string Repaid = "repaid";

    /// <summary>Statement pages that the mean is taken from; beyond them earnings count as less.</summary>
    private const int PagesMax = 50;

    private const int LinesPerPage = 100;

    private static readonly TimeSpan SettleEvery = TimeSpan.FromHours(1);

    private ProviderId Provider => ProviderId.Parse(this.GetPrimaryKeyString());

    public async Task<AdvanceOffer> Offer(CancellationToken cancel = default)
    {
        var ask = await Ask(Usdc.Zero, cancel);
        var limit = ask.Outstanding > Usdc.Zero
            ? Usdc.Zero
            : AdvanceRules.Limit(ask.Accrued, ask.Earned, options.Value.Terms);
        return new AdvanceOffer(limit, options.Value.DiscountBps, ask.Outstanding);
    }

    public async Task<AdvanceOutcome> Take(Guid request, Usdc amount, CancellationToken cancel = default)
    {
        await Settle(cancel);
        var newest = await Newest(cancel);

        if (newest is not null && Detail(newest) is var known && known.Request == request)
        {
            return known.Principal == amount
                ? new AdvanceOutcome.Granted(View(newest))
                : new AdvanceOutcome.KeyTaken();
        }

        return AdvanceRules.Decide(await Ask(amount, cancel), options.Value.Terms) switch
        {
            AdvanceVerdict.Granted granted => await Grant(request, amount, granted.Discount, newest, cancel),
            AdvanceVerdict.TooMuch much => new AdvanceOutcome.TooMuch(much.Limit),
            AdvanceVerdict.StillOpen open => new AdvanceOutcome.StillOpen(open.Outstanding),
            AdvanceVerdict.Suspended => new AdvanceOutcome.Suspended(),
            AdvanceVerdict.Frozen frozen => new AdvanceOutcome.Frozen(frozen.Why),
            var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
        };
    }

    public async Task Settle(CancellationToken cancel = default)
    {
        if (await Newest(cancel) is not { State: Open } row)
        {
            return;
        }

        var detail = Detail(row);
        var outstanding = await Outstanding(cancel);
        var total = AdvanceJournals.Earned(detail.Principal, detail.Discount, outstanding);
        var isOver = outstanding == Usdc.Zero;
        var next = row with
        {
            State = isOver ? Repaid : Open,
            DueAt = isOver ? null : clock.GetUtcNow() + SettleEvery,
        };

        if (total == detail.Earned)
        {
            await register.Put([next], cancel);
            return;
        }

        var journal = AdvanceJournals.Earn(row.Id, detail.Parts + 1, total - detail.Earned);
        var written = next with
        {
            Detail = ListDetail.Write(detail with { Earned = total, Parts = detail.Parts + 1 }),
        };
        await book.Post(new Entry { Journals = [journal], Register = [written] }, cancel);
    }

    private static AdvanceDetail Detail(RegisterRow row) => ListDetail.Read<AdvanceDetail>(row.Detail);

    private static AdvanceView View(RegisterRow row)
    {
        var detail = Detail(row);
        return new AdvanceView(AdvanceId.Parse(row.Id), detail.Principal, detail.Discount, row.CreatedAt);
    }

    private async Task<AdvanceOutcome> Grant(
        Guid request, Usdc principal, Usdc discount, RegisterRow? newest, CancellationToken cancel)
    {
        var number = newest is null ? 1 : Detail(newest).Number + 1;
        var id = AdvanceId.From(PrefixedId.Derive("advance", $"{Provider} {number}"));
        var row = new RegisterRow(
            RegisterKinds.Advance,
            id.Value,
            Provider.Value,
            Open,
            ListDetail.Write(new AdvanceDetail(number, request, principal, discount, Usdc.Zero, 0)),
            clock.GetUtcNow() + SettleEvery);
        var outcome = await book.Post(
            new Entry
            {
                Journals = [AdvanceJournals.Grant(id.Value, Provider, principal, discount)],
                Covers = [new(Chart.Accrued(Provider), AdvanceRules.Security(principal, options.Value.Terms).Micros)],
                Register = [row],
            },
            cancel);

        if (outcome is PostOutcome.Uncovered)
        {
            return new AdvanceOutcome.TooMuch((await Offer(cancel)).Limit);
        }

        checkpoint.Reach(Checkpoints.AdvancePosted);

        return outcome is PostOutcome.Posted && await Newest(cancel) is { } written && written.Id == id.Value
            ? new AdvanceOutcome.Granted(View(written))
            : new AdvanceOutcome.StillOpen(await Outstanding(cancel));
    }

    private async Task<RegisterRow?> Newest(CancellationToken cancel) =>
        await register.List(RegisterKinds.Advance, Provider.Value, null, null, 1, cancel) is [var row] ? row : null;

    private async Task<Usdc> Outstanding(CancellationToken cancel) =>
        Usdc.FromMicros((await book.Balance(Chart.Advance(Provider), cancel)).Amount);

    private async Task<AdvanceAsk> Ask(Usdc amount, CancellationToken cancel)
    {
        var known = await grains.GetGrain<IProviderGrain>(Provider.Value).Describe(cancel);
        var accrued = await book.Balance(Chart.Accrued(Provider), cancel);

        return new AdvanceAsk(
            amount,
            Usdc.FromMicros(accrued.Free),
            await Earned(cancel),
            await Outstanding(cancel),
            known?.Suspended ?? true,
            await grains.GetGrain<IPayoutControlGrain>(0).FrozenBecause(cancel));
    }

    /// <summary>What work has earned within the days that the mean is taken over.</summary>
    private async Task<Usdc> Earned(CancellationToken cancel)
    {
        var account = Chart.Accrued(Provider);
        var since = clock.GetUtcNow() - TimeSpan.FromDays(AdvanceTerms.MeanOverDays);
        var earned = Usdc.Zero;
        long? before = null;

        for (var pages = 0; pages < PagesMax; pages++)
        {
            var lines = await book.Statement(account, before, LinesPerPage, cancel);

            foreach (var line in lines.Where(line => line.At > since && account.Natural(line.Amount) > 0))
            {
                earned += Usdc.FromMicros(account.Natural(line.Amount));
            }

            if (lines.Count < LinesPerPage || lines[^1].At <= since)
            {
                break;
            }

            before = lines[^1].Sequence;
        }

        return earned;
    }
}
