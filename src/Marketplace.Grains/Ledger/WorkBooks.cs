using Marketplace.Domain.Accounts;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Ledger;

namespace Marketplace.Grains.Ledger;

/// <summary>Reads what a customer can set aside or owes, and checks what the books answered.</summary>
internal sealed class WorkBooks(IBook book)
{
    /// <summary>How work ends whose customer owes money.</summary>
    public static readonly Ending Owing = new(
        "account-owes", "The account owes money: what was done is charged, the rest is not.", CausedBy.Renter);

    /// <summary>Whether the customer owes money, as after a dispute about what is spent already.</summary>
    public async Task<bool> Owes(AccountId account, CancellationToken cancel) =>
        (await book.Balance(Chart.Receivable(account), cancel)).Amount > 0;

    /// <summary>Covers the amount from the customer's balances; null when they are too little.</summary>
    public async Task<Escrow?> Cover(AccountId account, Usdc amount, CancellationToken cancel)
    {
        var (promo, available) = await Free(account, cancel);
        return Escrow.Cover(amount, promo, available);
    }

    /// <summary>What a customer could spend now.</summary>
    public async Task<Usdc> Spendable(AccountId account, CancellationToken cancel)
    {
        var (promo, available) = await Free(account, cancel);
        return promo + available;
    }

    public Task<PostOutcome> Post(Entry entry, CancellationToken cancel) => book.Post(entry, cancel);

    /// <summary>Posts what must stand: anything else is a fault of the books, not a refusal.</summary>
    public async Task Require(Entry entry, CancellationToken cancel)
    {
        var outcome = await book.Post(entry, cancel);

        if (!outcome.Stands)
        {
            throw new InvalidOperationException($"The books refused {entry.Journals[0].Key}: {outcome}");
        }
    }

    /// <summary>
    /// Posts for a grain that goes on from the answer. After an exception the outcome is unknown, so the activation
    /// ends: the next one asks the books what stands.
    /// </summary>
    public async Task<PostOutcome> PostOrLeave(IGrainBase grain, Entry entry, CancellationToken cancel)
    {
        try
        {
            return await Post(entry, cancel);
        }
        catch
        {
            grain.DeactivateOnIdle();
            throw;
        }
    }

    private async Task<(Usdc Promo, Usdc Available)> Free(AccountId account, CancellationToken cancel)
    {
        var balances = await book.Balances(
            [Chart.Promo(account), Chart.Available(account), Chart.Receivable(account)], cancel);

        // Who owes money opens no new work, with promotional credit neither.
        return balances[2].Amount > 0
            ? (Usdc.Zero, Usdc.Zero)
            : (Usdc.FromMicros(balances[0].Free), Usdc.FromMicros(balances[1].Free));
    }
}
