using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

internal sealed partial class PayoutLane
{
    /// <summary>A fee payer below this cannot stay on the chain.</summary>
    private const ulong LamportsKept = 890_880;

    private const ulong LamportsPerSignature = 5_000;
    private const ulong TokenAccountRent = 2_039_280;
    private const ulong UnitsUnknown = 600_000;
    private const int CatchUpMax = 100;

    private bool _hasCaughtUp;

    private async Task<LaneReport> PlanNext(LaneLease lease, CancellationToken cancel)
    {
        await CatchUp(cancel);

        if (await Prepare(cancel) is { } notReady)
        {
            return notReady;
        }

        if (await setting.Desk.FrozenBecause(cancel) is { } why)
        {
            return new LaneReport(LaneNext.WhenWoken, $"frozen: {why}");
        }

        var waiting = await setting.Desk.Waiting(PayeesMax, cancel);

        if (waiting.Count == 0)
        {
            return LaneReport.Idle;
        }

        var chosen = await Choose(waiting, cancel);

        if (chosen.Count == 0)
        {
            return LaneReport.Again;
        }

        return await _chunks.Plan(lease, setting.NewChunk(), chosen, cancel) switch
        {
            PlanOutcome.Planned planned => await Planned(planned.Chunk, cancel),
            PlanOutcome.LaneBusy => LaneReport.Again,
            PlanOutcome.OtherRail stray => await OtherRail(Of(chosen, stray.Payout), cancel),
            PlanOutcome.PayoutTaken taken => await Elsewhere(Of(chosen, taken.Payout), cancel),
            PlanOutcome.LeaseLost => LostLease(),
            PlanOutcome.Refused refused => await PlanRefused(lease, chosen, refused.Why, cancel),
            var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
        };
    }

    /// <summary>
    /// Tells the payouts of ended chunks once more: the worker that ended them may have died before it could.
    /// </summary>
    private async Task CatchUp(CancellationToken cancel)
    {
        if (_hasCaughtUp)
        {
            return;
        }

        foreach (var state in new[] { ChunkState.FailedOnChain, ChunkState.Dead, ChunkState.Finalized })
        {
            foreach (var chunk in await _chunks.List(state, CatchUpMax, cancel))
            {
                await Tell(chunk, cancel);
            }
        }

        _hasCaughtUp = true;
    }

    /// <summary>Sets aside who cannot be paid, and takes as many of the others as fit into one transaction.</summary>
    private async Task<List<ChunkPayout>> Choose(IReadOnlyList<ChunkPayout> waiting, CancellationToken cancel)
    {
        var verdicts = await RecipientCheck.Look(_rail, waiting, cancel);
        var chosen = new List<ChunkPayout>();
        var payees = new List<Payee>();
        var total = Usdc.Zero;
        var lifetime = new Lifetime(_rail.HasNonces ? _nonceAccount : null, _genesis, null);
        var tables = waiting.Count > Chunk.PayoutsMax ? await Tables(cancel) : [];

        for (var at = 0; at < waiting.Count; at++)
        {
            if (verdicts[at] is PayeeVerdict.Unfit unfit)
            {
                await setting.Desk.SetAside(waiting[at], unfit.Why, cancel);
                continue;
            }

            if (waiting[at].Rail != _rail.Name)
            {
                await OtherRail(waiting[at], cancel);
                continue;
            }

            if (waiting[at].Amount > setting.Options.TransactionMax)
            {
                await setting.Desk.SetAside(
                    waiting[at], $"above {setting.Options.TransactionMax} USDC for one transaction", cancel);
                continue;
            }

            var payee = ((PayeeVerdict.Fit)verdicts[at]).Payee;
            var next = Fitting(setting.NewChunk(), [.. payees, payee], lifetime, tables);
            var opened = payees.Append(payee).Count(one => one.OpensAccount);

            // One wallet twice: the second transfer must not open the account again in the permit's eyes; next chunk.
            if (next is null
                || opened > _rail.Signer.Policy.AccountsOpenedMax
                || total + waiting[at].Amount > setting.Options.TransactionMax
                || payees.Any(one => one.Wallet == payee.Wallet))
            {
                continue;
            }

            payees.Add(payee);
            chosen.Add(waiting[at]);
            total += waiting[at].Amount;
        }

        return chosen;
    }

    private async Task<LaneReport> Planned(Chunk chunk, CancellationToken cancel)
    {
        setting.Checkpoint.Reach(Checkpoints.ChunkPlanned);
        await Tell(chunk, cancel);
        return LaneReport.Again;
    }

    private static ChunkPayout Of(List<ChunkPayout> chosen, PayoutId payout) =>
        chosen.First(row => row.Payout == payout);

    private async Task<LaneReport> Elsewhere(ChunkPayout payout, CancellationToken cancel)
    {
        await setting.Desk.Changed(payout, cancel);
        return LaneReport.Later;
    }

    /// <summary>Never paid here: it has to be asked for again on a rail that we have.</summary>
    private async Task<LaneReport> OtherRail(ChunkPayout payout, CancellationToken cancel)
    {
        await setting.Desk.SetAside(payout, $"it is for another rail than {_rail.Name}", cancel);
        return LaneReport.Again;
    }

    private async Task<LaneReport> PlanRefused(
        LaneLease lease, List<ChunkPayout> chosen, PostOutcome why, CancellationToken cancel)
    {
        if (why is PostOutcome.HoldNotOpen gone)
        {
            var called = chosen.Find(row => gone.Hold.Contains(row.Payout.Value, StringComparison.Ordinal));

            if (called is not null)
            {
                await setting.Desk.SetAside(called, "its hold was given back", cancel);
                return LaneReport.Again;
            }
        }

        // The treasury cannot cover all of them: the oldest may still go.
        if (why is PostOutcome.Insufficient && chosen.Count > 1
            && await _chunks.Plan(lease, setting.NewChunk(), chosen[..1], cancel) is PlanOutcome.Planned planned)
        {
            return await Planned(planned.Chunk, cancel);
        }

        return LaneReport.Stuck($"the books refuse the holds: {why}");
    }

    private async Task<LaneReport> Sign(LaneLease lease, Chunk chunk, CancellationToken cancel)
    {
        if (await setting.Desk.FrozenBecause(cancel) is { } why)
        {
            return LaneReport.Stuck($"frozen: {why}");
        }

        foreach (var payout in chunk.Payouts)
        {
            if (await setting.Desk.BarredBecause(payout, cancel) is { } barred)
            {
                return await Replan(lease, chunk, payout, barred, cancel);
            }
        }

        var verdicts = await RecipientCheck.Look(_rail, chunk.Payouts, cancel);
        var unfit = verdicts.ToList().FindIndex(verdict => verdict is PayeeVerdict.Unfit);

        if (unfit >= 0)
        {
            return await Replan(
                lease, chunk, chunk.Payouts[unfit], ((PayeeVerdict.Unfit)verdicts[unfit]).Why, cancel);
        }

        var payees = verdicts.Cast<PayeeVerdict.Fit>().Select(fit => fit.Payee).ToList();

        if (await Short(payees, cancel) is { } shortage)
        {
            return LaneReport.Stuck(shortage);
        }

        if (await NewLifetime(cancel) is not { } lifetime)
        {
            return LaneReport.Stuck($"nonce account {_nonceAccount} is missing or not ours");
        }

        if (await Draft(chunk, payees, lifetime, cancel) is not { } fitting)
        {
            return await Unplan(lease, chunk, "its lookup tables cannot be used", cancel);
        }

        var (draft, tables) = fitting;
        var simulation = (await Simulate(draft, cancel)).Value;

        if (simulation.Error is not null)
        {
            return await Fails(lease, chunk, fitting, simulation.Error, cancel);
        }

        var budget = new Budget(Budget.Tight(simulation.UnitsConsumed ?? UnitsUnknown), await Price(cancel));
        var message = ChunkMessage.Build(_rail, chunk.Id, payees, lifetime, budget, tables);
        return await Store(lease, chunk, 1, new(message, tables), lifetime, cancel);
    }

    /// <summary>Simulation fails: a payout is to blame, or the lookup tables may be, or what passes.</summary>
    private async Task<LaneReport> Fails(
        LaneLease lease, Chunk chunk, LaneMessage draft, TransactionError error, CancellationToken cancel)
    {
        if (error is TransactionError.InInstruction failed
            && ChunkMessage.PayoutAt(chunk, draft.Message, failed.Index) is { } culprit)
        {
            return await Replan(lease, chunk, culprit, $"simulation fails: {failed.Name} {failed.Custom}", cancel);
        }

        if (draft.Tables.Count > 0)
        {
            _tablesRestUntil = setting.Clock.GetUtcNow() + TablesRest;
            return await Unplan(lease, chunk, $"with lookup tables its simulation fails: {error}", cancel);
        }

        return LaneReport.Stuck($"simulation fails: {error}");
    }

    private async Task<Lifetime?> NewLifetime(CancellationToken cancel)
    {
        if (_rail.HasNonces)
        {
            return await FinalNonce(cancel) is { } account && account.Authority == _rail.Treasury
                ? new Lifetime(_nonceAccount, account.Value, null)
                : null;
        }

        // Confirmed, never processed: the hash of a block that a fork dropped is good for nothing.
        var latest = (await _rail.Rpc.GetLatestBlockhashAsync(ReadOptions.Confirmed, cancel)).Value;
        return new Lifetime(null, latest.Blockhash, latest.LastValidBlockHeight);
    }

    /// <summary>Signs by permit of the stored chunk, and stores the bytes before anybody can send them.</summary>
    private async Task<LaneReport> Store(
        LaneLease lease, Chunk chunk, int number, LaneMessage drafted, Lifetime lifetime, CancellationToken cancel)
    {
        var message = drafted.Message;
        var isCancel = message.Instructions.Count == 1;
        SigningPermit permit = isCancel
            ? new SigningPermit.CancelNonce(lifetime.Nonce!, lifetime.Value)
            : ChunkMessage.Permit(chunk, lifetime, drafted.Tables);
        Signature signature;

        try
        {
            signature = await _rail.Signer.SignAsync(message.Encode(), permit, cancel);
        }
        catch (SigningRefusedException refused)
        {
            await setting.Desk.Freeze($"{chunk.Id}: the signing policy refuses: {refused.Message}", cancel);
            return LaneReport.Stuck(refused.Message);
        }

        setting.Checkpoint.Reach(Checkpoints.ChunkSigning);
        var attempt = new SignedAttempt(
            number,
            signature.ToString(),
            new Transaction([signature], message).Encode(),
            _genesis.ToString(),
            lifetime.Nonce?.ToString(),
            lifetime.Value.ToString(),
            (long?)lifetime.LastValidHeight);

        return await _chunks.RecordSigned(lease, chunk.Id, attempt, setting.Options.Caps, cancel) switch
        {
            ChunkOutcome.Done done => await Signed(done.Chunk, cancel),
            ChunkOutcome.LeaseLost => LostLease(),
            var other => LaneReport.Stuck($"{chunk.Id} cannot be signed: {other}"),
        };
    }

    private async Task<LaneReport> Signed(Chunk chunk, CancellationToken cancel)
    {
        setting.Checkpoint.Reach(Checkpoints.ChunkSigned);
        await Tell(chunk, cancel);
        return LaneReport.Again;
    }

    /// <summary>
    /// Nothing of the chunk was ever signed, or all of it is proved dead: one is set aside, the rest wait again.
    /// </summary>
    private async Task<LaneReport> Replan(
        LaneLease lease, Chunk chunk, ChunkPayout culprit, string why, CancellationToken cancel)
    {
        var proof = $"never signed: {culprit.Payout} {why}";

        if (await _chunks.RecordDead(lease, chunk.Id, proof, cancel) is ChunkOutcome.Done)
        {
            await setting.Desk.SetAside(culprit, why, cancel);
            await Tell(chunk, cancel);
        }

        return LaneReport.Again;
    }

    /// <summary>
    /// Whether the caps allow it and the treasury holds enough on the chain, whatever the books say; null when so.
    /// </summary>
    private async Task<string?> Short(List<Payee> payees, CancellationToken cancel)
    {
        var total = Usdc.FromMicros((long)payees.Aggregate(0UL, (sum, payee) => sum + payee.Amount));

        if (await _chunks.WhyOverCap(total, setting.Options.Caps, cancel) is { } over)
        {
            return over;
        }

        return await _rail.Rpc.Agree((node, stop) => WhyTooLittle(node, payees, stop), string.Equals, cancel);
    }

    private async Task<string?> WhyTooLittle(ISolanaRpc node, List<Payee> payees, CancellationToken cancel)
    {
        var asked = new[] { _rail.Treasury, _rail.TreasuryAccount };
        var found = (await node.GetMultipleAccountsAsync(asked, ReadOptions.Finalized, cancel)).Value;
        var tokens = found[1] is { } account && account.Data.Length == TokenAccount.Length
            ? TokenAccount.Decode(account.Data.Span)
            : null;
        var wanted = payees.Aggregate(0UL, (sum, payee) => sum + payee.Amount);
        var lamports = LamportsKept + LamportsPerSignature + _rail.Signer.Policy.PriorityLamportsMax
            + ((ulong)payees.Count(payee => payee.OpensAccount) * TokenAccountRent);

        return tokens switch
        {
            null => "the treasury has no USDC account",
            { IsFrozen: true } => "the treasury's USDC account is frozen",
            _ when tokens.Amount < wanted => $"the treasury holds {tokens.Amount} micro-USDC, {wanted} are wanted",
            _ when (found[0]?.Lamports ?? 0) < lamports => $"the treasury needs {lamports} lamports for fees and rent",
            _ => null,
        };
    }

    private Task<AtSlot<Simulation>> Simulate(Message message, CancellationToken cancel)
    {
        var unsigned = new Transaction([new Signature(new byte[Signature.Length])], message).Encode();
        return _rail.Rpc.SimulateTransactionAsync(unsigned, new SimulateOptions(), cancel);
    }

    private async Task<ulong> Price(CancellationToken cancel)
    {
        var recent = await _rail.Rpc.GetRecentPrioritizationFeesAsync([_nonceAccount, _rail.TreasuryAccount], cancel);
        return PriorityPrice.FromRecent(
            recent.Select(fee => fee.MicroLamportsPerUnit),
            (ulong)setting.Options.PriorityMin,
            (ulong)setting.Options.PriorityMax);
    }
}
