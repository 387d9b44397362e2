using System.Collections.Concurrent;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payments;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Verification;
using Marketplace.Ledger.Verify;
using Marketplace.Solana;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// Evidence of every configured rail, and of the anchors on the first one. It changes nothing, neither in the books nor
/// on a chain.
/// </summary>
internal sealed class ChainWitness(
    SolanaRailSource rails,
    DepositRows deposits,
    DepositAddressRows addresses,
    AnchorRows anchors,
    TimeProvider clock)
    : IChainEvidence
{
    /// <summary>Anchors of one page, read at the same time by few.</summary>
    private const int PageMax = 100;

    private const int PagesMax = 10_000;
    private const int ReadsMax = 8;

    private readonly Dictionary<RailName, IRailWitness> _witnesses = rails.Rails.ToDictionary(
        rail => rail.Name, rail => rail.OpenWitness(deposits, addresses));
    private readonly ConcurrentDictionary<string, AnchorEvidence> _final = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    /// <exception cref="EvidenceMissingException">No chain is configured.</exception>
    public async Task<ChainEvidence> Read(CancellationToken cancel = default)
    {
        if (rails.Rail is not { } first)
        {
            throw new EvidenceMissingException(
                $"{SolanaOptions.Section}:{nameof(RailOptions.RpcUrl)} names no node of a chain");
        }

        foreach (var used in await deposits.Rails(cancel))
        {
            if (!_witnesses.ContainsKey(used))
            {
                throw new InvalidOperationException(
                    $"the books have money on rail {used}, and {SolanaOptions.Section}:Rails:{used} is not configured");
            }
        }

        var readAt = clock.GetUtcNow();
        var told = new List<RailEvidence>();

        foreach (var witness in _witnesses.Values)
        {
            told.Add(await witness.Read(cancel));
        }

        return new(readAt, told, await Anchors(first, cancel));
    }

    private async Task<IReadOnlyList<AnchorEvidence>> Anchors(SolanaRail rail, CancellationToken cancel)
    {
        var all = new List<AnchorEvidence>();
        var last = 0L;

        for (var pages = 0; pages < PagesMax; pages++)
        {
            var page = await anchors.Final(last, PageMax, cancel);

            foreach (var some in page.Chunk(ReadsMax))
            {
                all.AddRange(await Task.WhenAll(some.Select(anchor => Read(rail, anchor, cancel))));
            }

            if (page.Count < PageMax)
            {
                // What is there stays there; what is not there is asked for again.
                all.ForEach(found => _ = found.Memo is null || _final.TryAdd(found.Signature, found));
                return all;
            }

            last = page[^1].Epoch;
        }

        throw new InvalidOperationException($"there are more than {all.Count} anchors to check");
    }

    private async Task<AnchorEvidence> Read(SolanaRail rail, StoredAnchor anchor, CancellationToken cancel)
    {
        if (_final.TryGetValue(anchor.Signature, out var known))
        {
            return known;
        }

        var genesis = await rail.GenesisNow(deposits, cancel);

        if (anchor.Genesis != genesis.ToString())
        {
            throw new InvalidOperationException(
                $"epoch {anchor.Epoch} is anchored on chain {anchor.Genesis}, and the node is of {genesis}");
        }

        var landed = await rail.Landed(Signature.Parse(anchor.Signature), cancel);
        var stands = landed is { Error: null };
        return new(
            anchor.Epoch,
            anchor.Signature,
            stands ? TreasuryMove.Memo(landed!) ?? string.Empty : null,
            stands ? landed!.Transaction.Message.FeePayer.ToString() : null);
    }
}
