using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;

namespace Marketplace.Grains.Payouts;

/// <content>
/// More payees in one transaction than can be spelled out. A table counts only while the chain shows in it what was
/// written down; otherwise a chunk that needs it is planned anew, or called off by its nonce, and its payees are
/// spelled out.
/// </content>
internal sealed partial class PayoutLane
{
    /// <summary>How long addresses are spelled out after a message with tables could not be simulated.</summary>
    private static readonly TimeSpan TablesRest = TimeSpan.FromMinutes(10);

    private DateTimeOffset _tablesRestUntil = DateTimeOffset.MinValue;

    /// <summary>Payouts that are asked for at once.</summary>
    private int PayeesMax => _rail is { Tables: not null, HasNonces: true }
        ? setting.Options.LookedUpPayeesMax
        : Chunk.PayoutsMax;

    private async Task<IReadOnlyList<LookupTable>> Tables(CancellationToken cancel) =>
        _rail is { Tables: { } tables, HasNonces: true } && setting.Clock.GetUtcNow() >= _tablesRestUntil
            ? await tables.Usable(_rail, _genesis, cancel)
            : [];

    /// <summary>
    /// The message of these payees, spelled out where that fits and otherwise by table; null where neither does.
    /// </summary>
    private Message? Fitting(
        ChunkId chunk, IReadOnlyList<Payee> payees, Lifetime lifetime, IReadOnlyList<LookupTable> tables)
    {
        var budget = Budget.Generous(payees.Count, payees.Count(payee => payee.OpensAccount));

        if (payees.Count <= Chunk.PayoutsMax
            && ChunkMessage.Build(_rail, chunk, payees, lifetime, budget) is var spelled && ChunkMessage.Fits(spelled))
        {
            return spelled;
        }

        return tables.Count > 0 && payees.Count <= Chunk.LookedUpPayoutsMax
            && ChunkMessage.Build(_rail, chunk, payees, lifetime, budget, tables) is { Lookups.Count: > 0 } looked
            && ChunkMessage.Fits(looked)
                ? looked
                : null;
    }

    /// <summary>The message of a planned chunk as it can be made now; null where its tables are gone.</summary>
    private async Task<LaneMessage?> Draft(
        Chunk chunk, IReadOnlyList<Payee> payees, Lifetime lifetime, CancellationToken cancel)
    {
        if (Fitting(chunk.Id, payees, lifetime, []) is { } spelled)
        {
            return new(spelled, []);
        }

        var tables = await Tables(cancel);
        return Fitting(chunk.Id, payees, lifetime, tables) is { } looked ? new(looked, tables) : null;
    }

    /// <summary>
    /// The tables that a stored message looks up in, none for one without lookups; null where one of them cannot be
    /// used now.
    /// </summary>
    private async Task<IReadOnlyList<LookupTable>?> TablesOf(Message message, CancellationToken cancel)
    {
        if (message.Lookups.Count == 0)
        {
            return [];
        }

        var usable = await Tables(cancel);
        return message.Lookups.All(lookup => usable.Any(table => table.Address == lookup.Table)) ? usable : null;
    }

    /// <summary>Nothing of the chunk was ever signed: its payouts wait again, none is set aside.</summary>
    private async Task<LaneReport> Unplan(LaneLease lease, Chunk chunk, string why, CancellationToken cancel)
    {
        if (await _chunks.RecordDead(lease, chunk.Id, $"never signed: {why}", cancel) is not ChunkOutcome.Done done)
        {
            return LostLease();
        }

        await Tell(done.Chunk, cancel);
        return LaneReport.Again;
    }
}
