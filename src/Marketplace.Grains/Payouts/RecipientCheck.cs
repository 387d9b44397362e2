using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// Looks at recipients before anything is signed: a wallet on the curve that no program owns, with a token account that
/// is absent (it will be opened) or ours to pay into.
/// </summary>
internal static class RecipientCheck
{
    private const string OffCurve = "the wallet is off the curve: it belongs to a program";

    public static async Task<IReadOnlyList<PayeeVerdict>> Look(
        SolanaRail rail, IReadOnlyList<ChunkPayout> payouts, CancellationToken cancel)
    {
        var wallets = payouts.Select(row => PublicKey.TryParse(row.Wallet, out var key) ? key : null).ToArray();
        var asked = wallets
            .Select(wallet => wallet ?? SystemProgram.Id)
            .SelectMany(wallet => new[] { wallet, AssociatedTokenProgram.Address(wallet, rail.Mint) })
            .ToArray();

        return await rail.Rpc.Agree(
            async (node, stop) => JudgeAll((await node.GetMultipleAccountsAsync(
                asked, ReadOptions.Finalized, stop)).Value),
            (one, other) => one.SequenceEqual(other),
            cancel);

        PayeeVerdict[] JudgeAll(IReadOnlyList<AccountInfo?> accounts) =>
        [
            .. payouts.Select((row, at) => wallets[at] is { } wallet
                ? Judge(rail, row, wallet, asked[(2 * at) + 1], accounts[2 * at], accounts[(2 * at) + 1])
                : new PayeeVerdict.Unfit($"'{row.Wallet}' is no address")),
        ];
    }

    /// <summary>
    /// Why this wallet cannot be paid, as far as it can be told now, or null. It is looked at again before anything is
    /// signed, so a chain that does not answer is no reason to refuse.
    /// </summary>
    public static async Task<string?> WhyUnfit(SolanaRail? rail, ChunkPayout payout, CancellationToken cancel)
    {
        if (!PublicKey.TryParse(payout.Wallet, out var wallet))
        {
            return $"'{payout.Wallet}' is no address";
        }

        if (!wallet.IsOnCurve())
        {
            return OffCurve;
        }

        try
        {
            return rail is not null && await Look(rail, [payout], cancel) is [PayeeVerdict.Unfit unfit]
                ? unfit.Why
                : null;
        }
        catch (SolanaRpcException)
        {
            return null;
        }
    }

    private static PayeeVerdict Judge(
        SolanaRail rail,
        ChunkPayout row,
        PublicKey wallet,
        PublicKey tokenAccount,
        AccountInfo? walletAccount,
        AccountInfo? tokens)
    {
        if (!wallet.IsOnCurve())
        {
            return new PayeeVerdict.Unfit(OffCurve);
        }

        if (walletAccount is not null && (walletAccount.Owner != SystemProgram.Id || walletAccount.Data.Length > 0))
        {
            return new PayeeVerdict.Unfit("the wallet is no plain wallet: a program owns it, or it holds data");
        }

        if (wallet == rail.Treasury)
        {
            return new PayeeVerdict.Unfit("the wallet is the treasury itself");
        }

        var payee = new Payee(wallet, tokenAccount, (ulong)row.Amount.Micros, tokens is null);
        return tokens is null ? new PayeeVerdict.Fit(payee) : JudgeTokens(rail, payee, tokens);
    }

    private static PayeeVerdict JudgeTokens(SolanaRail rail, Payee payee, AccountInfo tokens)
    {
        if (tokens.Owner != TokenProgram.Id || tokens.Data.Length != TokenAccount.Length)
        {
            return new PayeeVerdict.Unfit("the wallet's USDC account is no token account");
        }

        var account = TokenAccount.Decode(tokens.Data.Span);

        return account switch
        {
            { IsFrozen: true } => new PayeeVerdict.Unfit("the wallet's USDC account is frozen"),
            { State: TokenAccountState.Uninitialized } => new PayeeVerdict.Unfit("the USDC account is not initialized"),
            _ when account.Mint != rail.Mint || account.Owner != payee.Wallet =>
                new PayeeVerdict.Unfit("the wallet's USDC account belongs to somebody else"),
            _ => new PayeeVerdict.Fit(payee),
        };
    }
}
