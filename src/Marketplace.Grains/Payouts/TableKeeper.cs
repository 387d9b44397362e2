using Marketplace.Domain;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// Makes lookup tables of payees that are paid again and again, and looks after them. What a table will hold is written
/// down first, then the bytes are signed and stored, then they are sent until the chain is final about them; fee and
/// rent are posted before the step is settled. Safe to run on every host at once and to die anywhere.
/// </summary>
internal sealed partial class TableKeeper(SolanaRail rail, TreasuryTables tables, TableSetting setting)
{
    private const ulong LamportsKept = 890_880;
    private const ulong LamportsPerSignature = 5_000;

    /// <summary>A slot is good for a new table for 512 slots; the bytes that name it live for 150 blocks.</summary>
    private const ulong SlotAgeMax = 200;

    /// <summary>Steps of one table that died one after the other; then it is not extended any more.</summary>
    private const int DeadMax = 5;

    /// <summary>Compute units of one step: the address of a table is searched for, or addresses are copied.</summary>
    private const uint UnitLimit = 100_000;

    private const int HistoryPagesMax = 2;

    /// <summary>How long payments count as repeated.</summary>
    private static readonly TimeSpan PaidWithin = TimeSpan.FromDays(30);

    /// <summary>How long steps that were given up are looked at once more: if one landed, it has cost.</summary>
    private static readonly TimeSpan DeadFor = TimeSpan.FromHours(1);

    private readonly LookupRows _rows = tables.Rows;
    private DateTimeOffset _lookedForPayeesAt = DateTimeOffset.MinValue;

    /// <summary>One turn: what is on its way is followed; where nothing is, the next step is taken.</summary>
    public async Task Step(CancellationToken cancel)
    {
        var genesis = await rail.Genesis(setting.Deposits, cancel);

        if (await rail.Rpc.GetGenesisHashAsync(cancel) is var met && met != genesis)
        {
            await setting.Desk.Freeze($"the node is of chain {met}, not {genesis}", cancel);
            return;
        }

        foreach (var dead in await _rows.Dead(
            rail.Name, genesis.ToString(), setting.Clock.GetUtcNow() - DeadFor, cancel))
        {
            await LookBack(dead, cancel);
        }

        foreach (var step in await _rows.Alive(rail.Name, genesis.ToString(), cancel))
        {
            await Follow(step, cancel);
        }

        var stored = await _rows.Of(rail.Name, genesis.ToString(), cancel);
        await Watch(stored, cancel);

        if ((await _rows.Alive(rail.Name, genesis.ToString(), cancel)).Count == 0
            && await setting.Desk.FrozenBecause(cancel) is null)
        {
            await Next(genesis, await _rows.Of(rail.Name, genesis.ToString(), cancel), cancel);
        }
    }

    /// <summary>The first thing that is written down and not done; otherwise something new is written down.</summary>
    private async Task Next(Hash genesis, IReadOnlyList<StoredLookup> stored, CancellationToken cancel)
    {
        foreach (var table in stored)
        {
            var steps = await _rows.Steps(table.Address, cancel);

            if (IsStuck(steps))
            {
                continue;
            }

            if (table.State == LookupState.Planned)
            {
                await Make(table, steps.Count, cancel);
                return;
            }

            if (table.State == LookupState.Active && table.Known < table.Places.Count)
            {
                await Extend(table, steps.Count, cancel);
                return;
            }

            if (table.State == LookupState.Retired && await IsToEnd(table, steps, cancel))
            {
                await Sign(
                    Draft(table, steps.Count, LookupStep.Deactivate),
                    AddressLookupTableProgram.Deactivate(PublicKey.Parse(table.Address), rail.Treasury),
                    new SigningPermit.DeactivateTable(PublicKey.Parse(table.Address)),
                    cancel);
                return;
            }
        }

        await PlanMore(genesis, stored, cancel);
    }

    private static bool IsStuck(IReadOnlyList<LookupStep> steps) =>
        steps.Reverse().TakeWhile(step => step.State is LookupStep.Dead or LookupStep.Failed).Count() >= DeadMax;

    /// <summary>Whether a retired table is on the chain, ours, and not ended.</summary>
    private async Task<bool> IsToEnd(StoredLookup table, IReadOnlyList<LookupStep> steps, CancellationToken cancel)
    {
        if (steps.Any(step => step is { Kind: LookupStep.Deactivate, State: LookupStep.Final })
            || steps.All(step => step.State != LookupStep.Final))
        {
            return false;
        }

        var found = (await rail.Rpc.GetAccountInfoAsync(
            PublicKey.Parse(table.Address), ReadOptions.Finalized, cancel)).Value;
        return found is not null && found.Owner == AddressLookupTableProgram.Id
            && LookupTableAccount.Decode(found.Data.Span) is { DeactivatedAt: null } account
            && account.Authority == rail.Treasury;
    }

    private async Task PlanMore(Hash genesis, IReadOnlyList<StoredLookup> stored, CancellationToken cancel)
    {
        var now = setting.Clock.GetUtcNow();

        if (now - _lookedForPayeesAt < setting.Options.LookupTablesEvery)
        {
            return;
        }

        _lookedForPayeesAt = now;
        var pin = new RailPin(rail.Name, genesis.ToString());
        var wallets = await _rows.Repeated(
            pin, now - PaidWithin, setting.Options.LookupPaymentsMin, SigningPolicy.TableExtendMax, cancel);
        var places = wallets.Where(wallet => PublicKey.TryParse(wallet, out _))
            .Select(wallet => new LookupPlace(
                AssociatedTokenProgram.Address(PublicKey.Parse(wallet), rail.Mint).ToString(), wallet))
            .ToArray();
        var inUse = stored.Where(table => table.State != LookupState.Retired).ToArray();
        var open = await FirstWithRoom(inUse, cancel);

        if (places.Length == 0 || (open is null && places.Length < Math.Min(
            setting.Options.LookupPayeesMin, SigningPolicy.TableExtendMax)))
        {
            return;
        }

        if (open is not null)
        {
            var room = setting.Options.LookupAddressesMax - open.Places.Count;

            if (await _rows.Add(open.Address, open.Places.Count, [.. places.Take(room)], cancel))
            {
                setting.Checkpoint.Reach(Checkpoints.TablePlanned);
            }
        }
        else if (inUse.Length < setting.Options.LookupTablesMax && stored.Count < LookupRows.TablesMax)
        {
            await Plan(genesis, places, cancel);
        }
    }

    private async Task<StoredLookup?> FirstWithRoom(IEnumerable<StoredLookup> inUse, CancellationToken cancel)
    {
        foreach (var table in inUse.Where(table => table.Places.Count < setting.Options.LookupAddressesMax))
        {
            if (!IsStuck(await _rows.Steps(table.Address, cancel)))
            {
                return table;
            }
        }

        return null;
    }

    /// <summary>The mint and the treasury's own account come first: every transfer names them.</summary>
    private async Task Plan(Hash genesis, IReadOnlyList<LookupPlace> places, CancellationToken cancel)
    {
        var slot = await rail.Rpc.GetSlotAsync(ReadOptions.Finalized, cancel);
        var planned = await _rows.Plan(
            new StoredLookup(
                AddressLookupTableProgram.AddressOf(rail.Treasury, slot).Address.ToString(),
                rail.Name,
                genesis.ToString(),
                rail.Treasury.ToString(),
                checked((long)slot),
                [
                    new LookupPlace(rail.Mint.ToString(), null),
                    new LookupPlace(rail.TreasuryAccount.ToString(), null),
                    .. places.Take(setting.Options.LookupAddressesMax - 2),
                ]),
            cancel);

        if (planned)
        {
            setting.Checkpoint.Reach(Checkpoints.TablePlanned);
        }
    }

    /// <summary>A table whose slot is too old, or that a step of its was signed for and died, is never made.</summary>
    private async Task Make(StoredLookup table, int steps, CancellationToken cancel)
    {
        var slot = checked((ulong)table.Slot);
        var now = await rail.Rpc.GetSlotAsync(ReadOptions.Finalized, cancel);

        if (steps > 0 || now > slot + SlotAgeMax || table.Authority != rail.Treasury.ToString())
        {
            await _rows.Retire(table.Address, "it was not made while its slot was recent", cancel);
            _lookedForPayeesAt = DateTimeOffset.MinValue;
            return;
        }

        await Sign(
            Draft(table, steps, LookupStep.Create),
            AddressLookupTableProgram.Create(rail.Treasury, rail.Treasury, slot),
            new SigningPermit.CreateTable(slot),
            cancel);
    }

    private async Task Extend(StoredLookup table, int steps, CancellationToken cancel)
    {
        if (await TreasuryTables.Look(rail, [table], cancel) is not [TableVerdict.AsWritten])
        {
            return;
        }

        if (await IsAhead(table, cancel))
        {
            // To put them there once more would shift everything behind them.
            await _rows.Retire(table.Address, "a step that was given up has landed after all", cancel);
            return;
        }

        PublicKey[] next =
        [
            .. table.Places.Skip(table.Known).Take(SigningPolicy.TableExtendMax)
                .Select(place => PublicKey.Parse(place.Address)),
        ];
        var address = PublicKey.Parse(table.Address);
        await Sign(
            Draft(table, steps, LookupStep.Extend) with { From = table.Known, Places = next.Length },
            AddressLookupTableProgram.Extend(address, rail.Treasury, rail.Treasury, next),
            new SigningPermit.ExtendTable(address, next),
            cancel);
    }

    /// <summary>Whether the chain has more in the table than we call final.</summary>
    private async Task<bool> IsAhead(StoredLookup table, CancellationToken cancel) =>
        await rail.Rpc.Agree(
            async (node, stop) => (await node.GetAccountInfoAsync(
                PublicKey.Parse(table.Address), ReadOptions.Finalized, stop)).Value is { } account
                && LookupTableAccount.Decode(account.Data.Span) is { } told && told.Addresses.Count > table.Known,
            (one, other) => one == other,
            cancel);

    private static LookupStep Draft(StoredLookup table, int steps, string kind) =>
        new(table.Address, steps + 1, kind, 0, 0, [], string.Empty, 0);

    private async Task Sign(
        LookupStep draft, Instruction instruction, SigningPermit permit, CancellationToken cancel)
    {
        if (await TooPoor(draft.From + draft.Places, cancel))
        {
            NoLamports(setting.Log, draft.Table, draft.Kind, rail.Treasury.ToString());
            return;
        }

        var latest = (await rail.Rpc.GetLatestBlockhashAsync(ReadOptions.Confirmed, cancel)).Value;
        var message = Message.Compile(
            rail.Treasury,
            latest.Blockhash,
            [
                ComputeBudgetProgram.SetUnitLimit(UnitLimit),
                ComputeBudgetProgram.SetUnitPrice(await Price(cancel)),
                instruction,
            ]);
        Signature signature;

        try
        {
            signature = await rail.Signer.SignAsync(message.Encode(), permit, cancel);
        }
        catch (SigningRefusedException refused)
        {
            await setting.Desk.Freeze(
                $"lookup table {draft.Table}: the signing policy refuses to {draft.Kind}: {refused.Message}", cancel);
            return;
        }

        var step = draft with
        {
            Wire = new Transaction([signature], message).Encode(),
            Signature = signature.ToString(),
            LastHeight = checked((long)latest.LastValidBlockHeight),
        };

        if (await _rows.Store(step, cancel))
        {
            setting.Checkpoint.Reach(Checkpoints.TableSigned);
            await Send(step, cancel);
        }
    }

    private async Task<ulong> Price(CancellationToken cancel)
    {
        var recent = await rail.Rpc.GetRecentPrioritizationFeesAsync([rail.Treasury], cancel);
        return PriorityPrice.FromRecent(
            recent.Select(fee => fee.MicroLamportsPerUnit),
            (ulong)setting.Options.PriorityMin,
            (ulong)setting.Options.PriorityMax);
    }

    /// <summary>The whole rent of the table as it will be, though most of it may be there.</summary>
    private async Task<bool> TooPoor(int addresses, CancellationToken cancel)
    {
        var rent = await rail.Rpc.GetMinimumBalanceForRentExemptionAsync(
            LookupTableAccount.HeaderLength + (addresses * PublicKey.Length), cancel);
        return (await rail.Rpc.GetBalanceAsync(rail.Treasury, ReadOptions.Finalized, cancel)).Value
            < rent + LamportsKept + LamportsPerSignature + rail.Signer.Policy.PriorityLamportsMax;
    }
}
