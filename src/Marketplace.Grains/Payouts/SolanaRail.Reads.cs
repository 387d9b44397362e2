using Marketplace.Solana;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

/// <content>What is read of the chain where money depends on it: enough nodes have to say the same.</content>
internal sealed partial class SolanaRail
{
    /// <summary>
    /// A finalized transaction, effects included; null when enough nodes say that there is none, which proves nothing.
    /// </summary>
    /// <exception cref="SolanaRpcException">The nodes do not agree, or too few answer.</exception>
    public Task<LandedTransaction?> Landed(Signature signature, CancellationToken cancel) => Rpc.Agree(
        (node, stop) => node.GetTransactionAsync(signature, Commitment.Finalized, stop),
        LandedTransaction.AreSame,
        cancel);

    /// <summary>The same, null too where the nodes do not agree now: a little later they may.</summary>
    public async Task<LandedTransaction?> TryLanded(Signature signature, CancellationToken cancel)
    {
        try
        {
            return await Landed(signature, cancel);
        }
        catch (SolanaRpcException) when (Nodes.Count > 1)
        {
            return null;
        }
    }

    /// <summary>
    /// Everything that any node knows of an address since <paramref name="until"/>, oldest first: what one of them
    /// hides another one tells. Whether it is so, <see cref="Landed"/> tells.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// There is more than so many pages hold; with <paramref name="isWhole"/> false the newest are answered instead.
    /// </exception>
    public async Task<IReadOnlyList<SignatureInfo>> History(
        PublicKey address, Signature? until, int pagesMax, bool isWhole, CancellationToken cancel)
    {
        var told = await Rpc.Several(
            (node, stop) => History(node, address, until, pagesMax, isWhole, stop), cancel);

        return
        [
            .. told.SelectMany(list => list.Select((entry, at) => (entry, FromOldest: list.Count - at)))
                .GroupBy(one => one.entry.Signature)
                .Select(group => group.First())
                .OrderBy(one => one.entry.Slot).ThenBy(one => one.FromOldest)
                .Select(one => one.entry),
        ];
    }

    /// <summary>USDC in a token account; 0 where there is none, or it holds another token.</summary>
    public ulong UsdcIn(AccountInfo? account) =>
        account is not null && account.Owner == TokenProgram.Id && account.Data.Length == TokenAccount.Length
        && TokenAccount.Decode(account.Data.Span) is { } tokens && tokens.Mint == Mint
            ? tokens.Amount
            : 0;

    private static async Task<List<SignatureInfo>> History(
        ISolanaRpc node,
        PublicKey address,
        Signature? until,
        int pagesMax,
        bool isWhole,
        CancellationToken cancel)
    {
        var all = new List<SignatureInfo>();
        var page = new SignaturePage { Until = until };

        for (var pages = 0; pages < pagesMax; pages++)
        {
            var part = await node.GetSignaturesForAddressAsync(address, page, cancel);
            all.AddRange(part);

            if (part.Count < page.Limit)
            {
                return all;
            }

            page = page with { Before = part[^1].Signature };
        }

        return isWhole
            ? throw new InvalidOperationException(
                $"{address} has more than {pagesMax * SignaturePage.LimitMax} transactions that were never scanned.")
            : all;
    }
}
