using System.Collections.Concurrent;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payments;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Marketplace.Ledger.Verify;
using Marketplace.Solana;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// The whole finalized history of the treasury, and what lies at standing addresses. What a finalized transaction did
/// never changes, so each is read once in the life of the process. The history of an address is read only where what
/// lies there and what the treasury got from it are not what was credited.
/// </summary>
internal sealed class RailWitness(SolanaRail rail, DepositRows deposits, DepositAddressRows addresses) : IRailWitness
{
    /// <summary>Pages of 1,000 transactions of one account; with more it cannot be checked.</summary>
    private const int PagesMax = 100;

    /// <summary>Transactions asked for at the same time.</summary>
    private const int ReadsMax = 8;

    /// <summary>Standing addresses of one question to the chain.</summary>
    private const int AddressesMax = 100;

    /// <summary>Pages of standing addresses.</summary>
    private const int AddressPagesMax = 10_000;

    /// <summary>A node may lag behind the one that told the balance: asked again so often.</summary>
    private const int TriesMax = 3;

    /// <summary>Transactions that are remembered.</summary>
    private const int RememberedMax = 1_000_000;

    private readonly ConcurrentDictionary<(PublicKey, Signature), (long Micros, IReadOnlyDictionary<string, long>)>
        _known = new();

    public async Task<RailEvidence> Read(CancellationToken cancel)
    {
        var genesis = await rail.GenesisNow(deposits, cancel);
        rail.Rpc.Pin(genesis);
        var standing = rail.Name == RailName.Solana ? await Standing(cancel) : [];
        var tables = await Tables(genesis, cancel);

        for (var tries = 1; ; tries++)
        {
            // The cursor first: what the scan has passed is in the books before they are compared.
            var scanned = await Cursor(genesis, rail.TreasuryAccount, cancel);
            var (slot, balance) = await Balance(cancel);
            var moves = (await History(rail.TreasuryAccount, rail.Treasury, scanned, cancel))
                .Where(move => move.Slot <= slot).ToArray();
            var sum = moves.Sum(move => move.Micros);

            if (sum == balance)
            {
                return new(rail.Name, genesis.ToString(), rail.TreasuryAccount.ToString(), slot,
                    Usdc.FromMicros(balance), [.. moves.Where(move => move.Micros != 0)])
                {
                    Addresses = await Compared(standing, genesis, moves, cancel),
                    Tables = tables,
                };
            }

            if (tries == TriesMax)
            {
                throw new InvalidOperationException(
                    $"rail {rail.Name}: the nodes' history of {rail.TreasuryAccount} adds up to "
                        + $"{Usdc.FromMicros(sum)}, its balance is {Usdc.FromMicros(balance)}: they do not know all.");
            }
        }
    }

    private async Task<IReadOnlyList<TableEvidence>> Tables(Hash genesis, CancellationToken cancel)
    {
        if (rail.Tables is not { } tables)
        {
            return [];
        }

        var active = (await tables.Rows.Of(rail.Name, genesis.ToString(), cancel))
            .Where(table => table.State == LookupState.Active).ToArray();
        return
        [
            .. (await TreasuryTables.Look(rail, active, cancel)).Select((verdict, at) => new TableEvidence(
                active[at].Address, verdict is TableVerdict.Differs differs ? differs.Why : null)),
        ];
    }

    private async Task<(long Slot, long Balance)> Balance(CancellationToken cancel)
    {
        var told = await rail.Rpc.Agree(
            async (node, stop) =>
            {
                var account = await node.GetAccountInfoAsync(rail.TreasuryAccount, ReadOptions.Finalized, stop);
                return (account.Slot, Balance: rail.UsdcIn(account.Value));
            },
            (one, other) => one.Balance == other.Balance,
            cancel);
        return (checked((long)told.Slot), checked((long)told.Balance));
    }

    private Task<string?> Cursor(Hash genesis, PublicKey account, CancellationToken cancel) =>
        deposits.Cursor(DepositScan.SourceOf(genesis, account), cancel);

    private async Task<IReadOnlyList<ChainMove>> History(
        PublicKey account, PublicKey owner, string? scanned, CancellationToken cancel)
    {
        var history = await rail.History(account, null, PagesMax, isWhole: true, cancel);
        var last = scanned is null ? -1 : history.ToList().FindIndex(entry => entry.Signature.ToString() == scanned);

        if (scanned is not null && last < 0)
        {
            throw new InvalidOperationException(
                $"rail {rail.Name}: the nodes do not know {scanned} of {account}, which was scanned before.");
        }

        var moves = new ChainMove[history.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, history.Count),
            new ParallelOptions { MaxDegreeOfParallelism = ReadsMax, CancellationToken = cancel },
            async (at, stop) =>
            {
                var (micros, others) = await Did(history[at].Signature, account, owner, stop);
                moves[at] = new(
                    history[at].Signature.ToString(), checked((long)history[at].Slot), micros, others, at <= last);
            });
        return moves;
    }

    private async Task<(long Micros, IReadOnlyDictionary<string, long> Others)> Did(
        Signature signature, PublicKey account, PublicKey owner, CancellationToken cancel)
    {
        if (_known.TryGetValue((account, signature), out var known))
        {
            return known;
        }

        var landed = await rail.Landed(signature, cancel) ?? throw new InvalidOperationException(
            $"rail {rail.Name}: {signature} is in the history of {account}, and too few nodes tell what it did.");

        // What our own tables hold needs no node's word; what others look up in theirs only the nodes can tell.
        if (rail.Tables is { } tables && landed.Transaction.Message is { Lookups.Count: > 0 } message
            && await tables.Loaded(message, cancel) is { } loaded && !loaded.SequenceEqual(landed.LoadedAddresses))
        {
            throw new InvalidOperationException(
                $"rail {rail.Name}: the nodes say that {signature} looked up other accounts than our tables hold.");
        }

        var micros = TreasuryMove.Of(landed, rail, account, owner);

        if (_known.Count >= RememberedMax)
        {
            _known.Clear();
        }

        return _known[(account, signature)] = (micros, TreasuryMove.Others(landed, rail, owner, micros));
    }

    private async Task<List<StandingBalance>> Standing(CancellationToken cancel)
    {
        var all = new List<StandingBalance>();
        var last = 0L;

        for (var pages = 0; pages < AddressPagesMax; pages++)
        {
            var page = await addresses.After(last, AddressesMax, cancel);

            if (page.Count > 0)
            {
                PublicKey[] accounts = [.. page.Select(address => PublicKey.Parse(address.TokenAccount))];
                var balances = await rail.Rpc.Agree(
                    async (node, stop) => (await node.GetMultipleAccountsAsync(accounts, ReadOptions.Finalized, stop))
                        .Value.Select(rail.UsdcIn).ToArray(),
                    (one, other) => one.AsSpan().SequenceEqual(other),
                    cancel);
                all.AddRange(page.Zip(balances, (address, balance) =>
                    new StandingBalance(address, checked((long)balance))));
                last = page[^1].Number;
            }

            if (page.Count < AddressesMax)
            {
                return all;
            }
        }

        throw new InvalidOperationException($"there are more than {all.Count} deposit addresses to check.");
    }

    private async Task<IReadOnlyList<AddressEvidence>> Compared(
        List<StandingBalance> standing, Hash genesis, ChainMove[] treasury, CancellationToken cancel)
    {
        var swept = treasury.Where(move => move.Micros > 0).SelectMany(move => move.Others)
            .GroupBy(pair => pair.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value), StringComparer.Ordinal);
        var evidence = new List<AddressEvidence>();

        foreach (var page in standing.Chunk(AddressesMax))
        {
            var credited = await deposits.CreditedAt(
                genesis.ToString(), [.. page.Select(one => one.Address.TokenAccount)], cancel);

            foreach (var (address, balance) in page)
            {
                var came = balance + swept.GetValueOrDefault(address.Address);
                var moves = came == credited.GetValueOrDefault(address.TokenAccount)
                    ? null
                    : await Moves(address, genesis, cancel);
                evidence.Add(new(address.Address, address.TokenAccount, Usdc.FromMicros(balance), moves));
            }
        }

        return evidence;
    }

    private async Task<IReadOnlyList<ChainMove>> Moves(StandingAddress address, Hash genesis, CancellationToken cancel)
    {
        var account = PublicKey.Parse(address.TokenAccount);
        var scanned = await Cursor(genesis, account, cancel);
        var moves = await History(account, PublicKey.Parse(address.Address), scanned, cancel);
        return [.. moves.Where(move => move.Micros != 0)];
    }

    private sealed record StandingBalance(StandingAddress Address, long Balance);
}
