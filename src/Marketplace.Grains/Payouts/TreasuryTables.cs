using System.Globalization;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// The treasury's lookup tables as we have written them down, for the signer, and which of them the chain agrees about,
/// for lanes. Where the two differ nothing is looked up: payees are spelled out.
/// </summary>
internal sealed class TreasuryTables(LookupRows rows) : ITableRecord
{
    public LookupRows Rows => rows;

    public async ValueTask<RecordedTable?> FindAsync(PublicKey table, CancellationToken cancellationToken) =>
        await rows.Find(table.ToString(), cancellationToken) is { } stored
            ? new RecordedTable(
                table, Keys(stored), stored.State == LookupState.Planned ? 0 : stored.Known,
                stored.State == LookupState.Retired)
            : null;

    /// <summary>Tables that may be looked up in now, each as far as the chain is final about it.</summary>
    public async Task<IReadOnlyList<LookupTable>> Usable(SolanaRail rail, Hash genesis, CancellationToken cancel)
    {
        var active = (await rows.Of(rail.Name, genesis.ToString(), cancel))
            .Where(table => table is { State: LookupState.Active, Known: > 0 })
            .TakeLast(SigningPolicy.TablesMax)
            .ToArray();
        var verdicts = await Look(rail, active, cancel);

        return
        [
            .. active.Where((_, at) => verdicts[at] is TableVerdict.AsWritten)
                .Select(table => new LookupTable(
                    PublicKey.Parse(table.Address), [.. Keys(table).Take(table.Known)])),
        ];
    }

    /// <summary>What the chain is final about, compared with what is written down; enough nodes say the same.</summary>
    public static async Task<IReadOnlyList<TableVerdict>> Look(
        SolanaRail rail, IReadOnlyList<StoredLookup> tables, CancellationToken cancel)
    {
        if (tables.Count == 0)
        {
            return [];
        }

        PublicKey[] asked = [.. tables.Select(table => PublicKey.Parse(table.Address))];
        return await rail.Rpc.Agree(
            async (node, stop) => (IReadOnlyList<TableVerdict>)
            [
                .. (await node.GetMultipleAccountsAsync(asked, ReadOptions.Finalized, stop)).Value
                    .Select((account, at) => Judge(rail, tables[at], account)),
            ],
            (one, other) => one.SequenceEqual(other),
            cancel);
    }

    /// <summary>
    /// The addresses that a message loads, by our own record; null where it looks up in a table that is none of ours,
    /// or that is retired: what is in that one now is not ours to say.
    /// </summary>
    public async Task<IReadOnlyList<PublicKey>?> Loaded(Message message, CancellationToken cancel)
    {
        var tables = new List<LookupTable>();

        foreach (var lookup in message.Lookups)
        {
            if (await rows.Find(lookup.Table.ToString(), cancel) is not { State: not LookupState.Retired } stored)
            {
                return null;
            }

            tables.Add(new LookupTable(lookup.Table, Keys(stored)));
        }

        return [.. message.Accounts(tables).Skip(message.Keys.Count)];
    }

    private static TableVerdict Judge(SolanaRail rail, StoredLookup stored, AccountInfo? account)
    {
        if (account is null)
        {
            return new TableVerdict.NotThere();
        }

        if (account.Owner != AddressLookupTableProgram.Id || Decode(account) is not { } table)
        {
            return new TableVerdict.Differs("it is no lookup table");
        }

        var places = Keys(stored);
        var same = table.Addresses.Zip(places).TakeWhile(pair => pair.First == pair.Second).Count();

        return table switch
        {
            { DeactivatedAt: { } slot } => new TableVerdict.Differs(
                string.Create(CultureInfo.InvariantCulture, $"it was ended in slot {slot}")),
            _ when table.Authority != rail.Treasury => new TableVerdict.Differs(
                $"its authority is {table.Authority?.ToString() ?? "nobody"}"),
            _ when same < table.Addresses.Count => new TableVerdict.Differs(
                string.Create(CultureInfo.InvariantCulture, $"its address {same} is none that was planned there")),

            // A node behind the others shows less than is known to be there.
            _ when table.Addresses.Count < stored.Known => new TableVerdict.NotThere(),
            _ => new TableVerdict.AsWritten(),
        };
    }

    private static LookupTableAccount? Decode(AccountInfo account)
    {
        try
        {
            return LookupTableAccount.Decode(account.Data.Span);
        }
        catch (MessageFormatException)
        {
            return null;
        }
    }

    private static PublicKey[] Keys(StoredLookup stored) =>
        [.. stored.Places.Select(place => PublicKey.Parse(place.Address))];
}
