using Marketplace.Domain.Ledger;
using Marketplace.Grains.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payments;

/// <summary>
/// What a transaction did to the treasury's USDC: the difference of the balances at our account, never an amount that
/// an instruction names.
/// </summary>
internal static class TreasuryMove
{
    /// <summary>
    /// Positive when it came in, negative when it went out; zero for failed transactions and other tokens.
    /// </summary>
    public static long Of(LandedTransaction landed, SolanaRail rail) =>
        Of(landed, rail, rail.TreasuryAccount, rail.Treasury);

    /// <summary>The same at another token account of ours, which belongs to <paramref name="owner"/>.</summary>
    public static long Of(LandedTransaction landed, SolanaRail rail, PublicKey account, PublicKey owner)
    {
        var index = landed.Accounts.ToList().IndexOf(account);

        if (landed.Error is not null || index < 0)
        {
            return 0;
        }

        return checked(Balance(landed.PostTokenBalances, index, rail, owner)
            - Balance(landed.PreTokenBalances, index, rail, owner));
    }

    /// <summary>The memo of one of our chunks, when the transaction carries one.</summary>
    public static string? Memo(LandedTransaction landed)
    {
        var keys = landed.Transaction.Message.Keys;
        var memo = landed.Transaction.Message.Instructions.FirstOrDefault(
            one => keys[one.ProgramIndex] == MemoProgram.Id);
        return memo is null ? null : System.Text.Encoding.UTF8.GetString(memo.Data.Span);
    }

    public static ChainTransfer Transfer(
        LandedTransaction landed, SolanaRail rail, Hash genesis, PublicKey account, long micros) =>
        new(
            genesis.ToString(),
            landed.Transaction.Id.ToString(),
            account.ToString(),
            Usdc.FromMicros(micros),
            (long)landed.Slot)
        {
            Sender = Sender(landed, rail),
            Rail = rail.Name,
        };

    /// <summary>
    /// By wallet: who got our token when it went out of an account of ours, who gave it when it came in. An account
    /// whose owner the node does not tell stands for itself.
    /// </summary>
    public static IReadOnlyDictionary<string, long> Others(
        LandedTransaction landed, SolanaRail rail, PublicKey owner, long micros)
    {
        var changes = new Dictionary<string, long>(StringComparer.Ordinal);

        if (micros == 0)
        {
            return changes;
        }

        foreach (var (balance, sign) in landed.PreTokenBalances.Select(one => (one, -1))
            .Concat(landed.PostTokenBalances.Select(one => (one, 1))).Where(one => one.Item1.Mint == rail.Mint))
        {
            var wallet = (balance.Owner ?? landed.Accounts[balance.AccountIndex]).ToString();
            changes[wallet] = checked(changes.GetValueOrDefault(wallet) + (sign * (long)balance.Amount));
        }

        return changes.Where(pair => pair.Key != owner.ToString() && (micros < 0 ? pair.Value > 0 : pair.Value < 0))
            .ToDictionary(pair => pair.Key, pair => Math.Abs(pair.Value), StringComparer.Ordinal);
    }

    /// <summary>The owner of the account that lost most of our token.</summary>
    private static string? Sender(LandedTransaction landed, SolanaRail rail) =>
        Losers(landed, rail).FirstOrDefault()?.ToString();

    /// <summary>The owners of accounts that lost of our token, the treasury left out, who lost most first.</summary>
    public static IEnumerable<PublicKey> Losers(LandedTransaction landed, SolanaRail rail) =>
        landed.PreTokenBalances
            .Where(balance => balance.Mint == rail.Mint && balance.Owner is not null && balance.Owner != rail.Treasury)
            .Select(balance => (balance.Owner, Lost: (decimal)balance.Amount - After(landed, balance.AccountIndex)))
            .Where(one => one.Lost > 0)
            .OrderByDescending(one => one.Lost)
            .Select(one => one.Owner!);

    private static ulong After(LandedTransaction landed, int index) =>
        landed.PostTokenBalances.FirstOrDefault(one => one.AccountIndex == index)?.Amount ?? 0;

    /// <summary>Missing means zero: the account was opened or closed by the transaction.</summary>
    private static long Balance(IReadOnlyList<TokenBalance> balances, int index, SolanaRail rail, PublicKey owner)
    {
        var balance = balances.FirstOrDefault(one => one.AccountIndex == index);
        var isOurs = balance is not null
            && balance.Mint == rail.Mint
            && (balance.Program is null || balance.Program == TokenProgram.Id)
            && (balance.Owner is null || balance.Owner == owner);

        return isOurs ? checked((long)balance!.Amount) : 0;
    }
}
