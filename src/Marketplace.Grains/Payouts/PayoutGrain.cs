using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Compliance;
using Marketplace.Ledger;
using Marketplace.Ledger.Payouts;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>One payout from the request to its journal. Asking again gives the first answer.</summary>
[GrainType("payout")]
internal sealed partial class PayoutGrain(
    [PersistentState("payout")] IPersistentState<PayoutState> payout,
    IBook book,
    IRegister register,
    IAuditLog audit,
    PayoutChunks chunks,
    PayoutScreening screening,
    SolanaRailSource rails,
    IGrainFactory grains,
    IOptions<PayoutOptions> options,
    TimeProvider clock,
    ICheckpoint checkpoint) : Grain, IPayoutGrain, IPayoutCaseGrain
{
    private const int DayRowsMax = 1_000;
    private const string InstantWord = "instant";
    private const string StandardWord = "standard";

    private PayoutId Id => PayoutId.Parse(this.GetPrimaryKeyString());

    /// <summary>
    /// The row is written before the state, so where they differ the state is what a crash between the two left behind:
    /// a payout that was set aside would wait unseen by everybody, and one that was retried would be passed over.
    /// </summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (payout.State.Standing.Length == 0 || await Stored(cancellationToken) is not { } stored)
        {
            return;
        }

        // When it was asked for and is due never changes, and the row tells a due time only while it waits. Which
        // verdict let it pass is not in the row: it is found again by its name.
        var next = stored with
        {
            CreatedAt = payout.State.CreatedAt,
            DueAt = payout.State.DueAt,
            Screening = payout.State.Screening,
        };

        if (next != payout.State)
        {
            await this.Save(payout, next);
        }
    }

    public Task<PayoutOutcome> Request(ProviderId provider, Usdc amount, CancellationToken cancel = default) =>
        Request(RailName.Solana, provider, amount, PayoutSpeed.Standard, cancel);

    public Task<PayoutOutcome> RequestInstant(
        ProviderId provider, Usdc amount, CancellationToken cancel = default) =>
        Request(RailName.Solana, provider, amount, PayoutSpeed.Instant, cancel);

    public async Task<PayoutOutcome> RequestOn(
        RailName rail, ProviderId provider, Usdc amount, PayoutSpeed speed, CancellationToken cancel = default) =>
        rail != RailName.Solana && rails.Find(rail) is null
            ? new PayoutOutcome.NoRail([.. rails.Rails.Select(one => one.Name.Value)])
            : await Request(rail, provider, amount, speed, cancel);

    private async Task<PayoutOutcome> Request(
        RailName rail, ProviderId provider, Usdc amount, PayoutSpeed speed, CancellationToken cancel)
    {
        await Adopt(cancel);

        if (payout.State.Standing.Length > 0)
        {
            return payout.State.Provider == provider && payout.State.Amount == amount && payout.State.Rail == rail
                ? new PayoutOutcome.Accepted(View)
                : new PayoutOutcome.KeyTaken();
        }

        var verdict = PayoutRules.Decide(
            await Ask(provider, amount, cancel),
            options.Value.Terms with { TravelRuleFrom = screening.TravelRuleFrom });

        return verdict is not PayoutVerdict.Granted granted ? Refusal(verdict)
            : speed == PayoutSpeed.Standard ? await Accept(Standard(rail, provider, amount, granted.Wallet), cancel)
            : await AcceptInstant(Standard(rail, provider, amount, granted.Wallet), cancel);
    }

    public async Task<PayoutView?> Describe(CancellationToken cancel = default)
    {
        await Refresh(cancel);

        return payout.State.Standing switch
        {
            "" => null,
            PayoutStanding.Requested => View with
            {
                Trouble = (await screening.Trouble(cancel))?.ToString() ?? payout.State.Trouble,
            },
            _ => View,
        };
    }

    public async Task<PayoutView?> Retry(AdminAct act, CancellationToken cancel = default)
    {
        if (await Describe(cancel) is null)
        {
            return null;
        }

        await audit.Record(act.Actor, "payout.retry", Id.Value, act.Reason, cancel);

        if (payout.State.Standing == PayoutStanding.Frozen)
        {
            var provider = await grains.GetGrain<IProviderGrain>(payout.State.Provider.Value).Describe(cancel);
            await Store(
                payout.State with
                {
                    Standing = PayoutStanding.Requested,
                    Wallet = WalletAfter(provider),
                    Trouble = null,
                },
                cancel);
            Wake();
        }

        return View;
    }

    public async Task Refresh(CancellationToken cancel = default)
    {
        await Adopt(cancel);

        if (payout.State.Standing is "" or PayoutStanding.Posted or PayoutStanding.Refused)
        {
            return;
        }

        var known = await chunks.Of(Id, cancel);
        var next = PayoutStanding.After(payout.State, known.Count > 0 ? known[0] : null);

        if (next != payout.State)
        {
            await Store(next, cancel);
        }
    }

    public async Task SetAside(string why, CancellationToken cancel = default)
    {
        await Refresh(cancel);

        if (payout.State.Standing is PayoutStanding.Requested or PayoutStanding.Frozen)
        {
            await Store(payout.State with { Standing = PayoutStanding.Frozen, Trouble = why }, cancel);
        }
    }

    private PayoutView View => new(
        Id,
        payout.State.Provider,
        payout.State.Amount,
        payout.State.Wallet,
        payout.State.Standing,
        payout.State.Signature,
        payout.State.Trouble,
        payout.State.CreatedAt,
        payout.State.PaidAt,
        payout.State.Speed,
        payout.State.Fee,
        payout.State.Standing == PayoutStanding.Requested ? payout.State.DueAt : null,
        payout.State.Rail);

    private IInstantPayoutGrain Instant => grains.GetGrain<IInstantPayoutGrain>(0);

    /// <summary>
    /// A retry pays to the provider's wallet of now, but a wallet that is still locked cannot get in this way.
    /// </summary>
    private string WalletAfter(ProviderView? provider)
    {
        var isLocked = provider?.WalletChangedAt + options.Value.WalletChangeLock > clock.GetUtcNow();
        return provider?.Wallet is { } wallet && !isLocked ? wallet : payout.State.Wallet;
    }

    private static PayoutOutcome Refusal(PayoutVerdict verdict) => verdict switch
    {
        PayoutVerdict.Frozen frozen => new PayoutOutcome.Frozen(frozen.Why),
        PayoutVerdict.Suspended => new PayoutOutcome.Suspended(),
        PayoutVerdict.TestProvider => new PayoutOutcome.TestProvider(),
        PayoutVerdict.NoWallet => new PayoutOutcome.NoWallet(),
        PayoutVerdict.WalletLocked locked => new PayoutOutcome.WalletLocked(locked.Until),
        PayoutVerdict.TooSmall small => new PayoutOutcome.TooSmall(small.Minimum),
        PayoutVerdict.NotEnough few => new PayoutOutcome.NotEnough(few.Payable),
        PayoutVerdict.TooMany many => new PayoutOutcome.TooMany(many.PerDay),
        PayoutVerdict.IdentityMissing missing => new PayoutOutcome.IdentityMissing(missing.Fields),
        var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
    };

    private async Task<PayoutAsk> Ask(ProviderId provider, Usdc amount, CancellationToken cancel)
    {
        var known = await grains.GetGrain<IProviderGrain>(provider.Value).Describe(cancel);
        var frozen = await grains.GetGrain<IPayoutControlGrain>(0).FrozenBecause(cancel);
        var payable = await book.Balance(Chart.Payable(provider), cancel);
        var now = clock.GetUtcNow();
        var rows = await register.List(RegisterKinds.Payout, provider.Value, null, null, DayRowsMax, cancel);

        return new PayoutAsk(
            amount,
            Usdc.FromMicros(payable.Free),
            known?.Wallet,
            known?.WalletChangedAt,
            rows.Count(row => row.CreatedAt > now - TimeSpan.FromDays(1) && row.State != PayoutStanding.Refused),
            known?.Suspended ?? false,
            frozen,
            now,
            known?.IsTest ?? false,
            (known?.Identity ?? new()).Missing(),
            await screening.IsDueDiligence(provider, cancel));
    }

    /// <summary>
    /// The hold and the row in one transaction, then the state: a crash between them is healed by <see cref="Adopt"/>.
    /// </summary>
    private async Task<PayoutOutcome> Accept(PayoutState next, CancellationToken cancel)
    {
        var hold = PayoutEntries.Hold(Id, next.Provider, next.Amount - next.Fee, next.Fee);
        var outcome = await book.Post(new Entry { Holds = [hold], Register = [Row(next)] }, cancel);

        if (outcome is PostOutcome.Insufficient shortage)
        {
            return new PayoutOutcome.NotEnough(Usdc.FromMicros(shortage.Available));
        }

        if (!outcome.Stands)
        {
            return new PayoutOutcome.KeyTaken();
        }

        checkpoint.Reach(Checkpoints.PayoutRequested);
        await this.Save(payout, next);
        Wake();
        return new PayoutOutcome.Accepted(View);
    }

    /// <summary>The float is taken first: what it cannot bear goes out as a standard payout, without a fee.</summary>
    private async Task<PayoutOutcome> AcceptInstant(PayoutState standard, CancellationToken cancel)
    {
        if (await Instant.Reserve(Id, standard.Amount, cancel) is not { } quote)
        {
            return await Accept(standard, cancel);
        }

        checkpoint.Reach(Checkpoints.InstantReserved);
        var outcome = await Accept(
            standard with { Speed = PayoutSpeed.Instant, Fee = quote.Fee, DueAt = null }, cancel);

        if (outcome is not PayoutOutcome.Accepted)
        {
            await Instant.Release(Id, cancel);
        }

        return outcome;
    }

    private PayoutState Standard(RailName rail, ProviderId provider, Usdc amount, string wallet) => new()
    {
        Standing = PayoutStanding.Requested,
        Rail = rail,
        Provider = provider,
        Amount = amount,
        Wallet = wallet,
        CreatedAt = clock.GetUtcNow(),
        DueAt = options.Value.NextRun(clock.GetUtcNow()),
    };

    /// <summary>
    /// Takes over what an activation that died before its first save has put into the books. Whoever asks first does
    /// it, lanes too: the provider may never ask again.
    /// </summary>
    private async Task Adopt(CancellationToken cancel)
    {
        if (payout.State.Standing.Length == 0 && await Stored(cancel) is { } stored)
        {
            await this.Save(payout, stored);
        }
    }

    /// <summary>The payout as its row tells it, or null without one.</summary>
    private async Task<PayoutState?> Stored(CancellationToken cancel)
    {
        if (await register.Find(RegisterKinds.Payout, Id.Value, cancel) is not { } row)
        {
            return null;
        }

        using var detail = JsonDocument.Parse(row.Detail);
        var known = detail.RootElement;

        return new PayoutState
        {
            Standing = row.State,
            Rail = PayoutRow.RailOf(row),
            Provider = ProviderId.Parse(row.Owner),
            Amount = Usdc.Parse(known.GetProperty("amount").GetString()!),
            Wallet = known.GetProperty("wallet").GetString()!,
            Signature = known.GetProperty("signature").GetString(),
            Trouble = known.GetProperty("trouble").GetString(),
            CreatedAt = row.CreatedAt,
            PaidAt = known.GetProperty("paidAt") is { ValueKind: JsonValueKind.String } at
                ? at.GetDateTimeOffset()
                : null,
            Speed = known.TryGetProperty("speed", out var speed) && speed.ValueEquals(InstantWord)
                ? PayoutSpeed.Instant
                : PayoutSpeed.Standard,
            Fee = known.TryGetProperty("fee", out var fee) ? Usdc.Parse(fee.GetString()!) : Usdc.Zero,
            DueAt = row.DueAt > row.CreatedAt ? row.DueAt : null,
        };
    }

    /// <summary>
    /// The row, then the state. When the row's commit is unknown, or something dies between the two, the activation
    /// ends and the next one takes over what the row says.
    /// </summary>
    private async Task Store(PayoutState next, CancellationToken cancel)
    {
        try
        {
            await register.Put([Row(next)], cancel);
            checkpoint.Reach(Checkpoints.PayoutRow);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        await this.Save(payout, next);
    }

    /// <summary>Due while it waits for a chunk: that is how lanes find it.</summary>
    private RegisterRow Row(PayoutState state) => new(
        RegisterKinds.Payout,
        Id.Value,
        state.Provider.Value,
        state.Standing,
        JsonSerializer.Serialize(new
        {
            amount = state.Amount.ToString(),
            rail = state.Rail.Value,
            wallet = state.Wallet,
            signature = state.Signature,
            trouble = state.Trouble,
            paidAt = state.PaidAt,
            fee = state.Fee.ToString(),
            speed = state.Speed == PayoutSpeed.Instant ? InstantWord : StandardWord,
        }),
        state.Standing == PayoutStanding.Requested ? state.DueAt ?? state.CreatedAt : null);

    /// <summary>Not awaited: the lane asks payouts, so a payout must not wait for the lane.</summary>
    private void Wake()
    {
        var lane = Id.Value[^1] % options.Value.Lanes;

        if (rails.Find(payout.State.Rail)?.LaneName(lane) is { } name)
        {
            grains.GetGrain<IPayoutLaneGrain>(name).Wake().Ignore();
        }
    }
}
