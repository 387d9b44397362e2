using Marketplace.Grains.Payments;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Tests.Payments;

/// <summary>What counts as USDC of ours: the balance at our account, of our mint, in the token program, owned by us.</summary>
public sealed class TreasuryMoveTests
{
    private static readonly PublicKey Mint = LaneScene.Wallet(9).PublicKey;
    private static readonly PublicKey Token2022 = PublicKey.Parse("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
    private static readonly SolanaRail Rail = new([new Testing.Solana.FakeSolana()], Mint, new FileSigner(LaneScene.Wallet(1)), 1);

    [Fact]
    public void The_difference_of_our_balance_is_what_came_in()
    {
        Assert.Equal(5, TreasuryMove.Of(Landed(Ours(7), Ours(12)), Rail));
        Assert.Equal(12, TreasuryMove.Of(Landed(null, Ours(12)), Rail));
        Assert.Equal(-7, TreasuryMove.Of(Landed(Ours(7), null), Rail));
    }

    [Fact]
    public void A_token_of_another_mint_of_token_2022_or_of_another_owner_is_nothing()
    {
        Assert.Equal(0, TreasuryMove.Of(Landed(null, Ours(12) with { Mint = LaneScene.Wallet(8).PublicKey }), Rail));
        Assert.Equal(0, TreasuryMove.Of(Landed(null, Ours(12) with { Program = Token2022 }), Rail));
        Assert.Equal(0, TreasuryMove.Of(Landed(null, Ours(12) with { Owner = LaneScene.Wallet(8).PublicKey }), Rail));
        Assert.Equal(0, TreasuryMove.Of(Landed(null, Ours(12) with { AccountIndex = 0 }), Rail));
    }

    [Fact]
    public void A_transaction_that_failed_moved_nothing() =>
        Assert.Equal(0, TreasuryMove.Of(
            Landed(null, Ours(12)) with { Error = new TransactionError.Whole("x") }, Rail));

    private static TokenBalance Ours(ulong amount) => new()
    {
        AccountIndex = 1,
        Mint = Mint,
        Owner = Rail.Treasury,
        Program = TokenProgram.Id,
        Amount = amount,
        Decimals = 6,
    };

    private static LandedTransaction Landed(TokenBalance? before, TokenBalance? after)
    {
        using var payer = LaneScene.Wallet(2);
        var message = Message.Compile(
            payer.PublicKey,
            Hash.Parse(payer.PublicKey.ToString()),
            [new Instruction(TokenProgram.Id, [AccountMeta.Writable(Rail.TreasuryAccount)], new byte[] { 1 })]);

        return new LandedTransaction
        {
            Slot = 1,
            BlockTime = null,
            Transaction = new Transaction([payer.Sign(message.Encode())], message),
            Error = null,
            Fee = 5_000,
            PreBalances = [1, 1, 1],
            PostBalances = [1, 1, 1],
            PreTokenBalances = before is null ? [] : [before],
            PostTokenBalances = after is null ? [] : [after],
            LoadedAddresses = [],
        };
    }
}
