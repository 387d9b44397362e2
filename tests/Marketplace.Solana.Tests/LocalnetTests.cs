using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.Solana.Tests;

/// <summary>The whole client against a chain that executes with the real virtual machine.</summary>
[Trait("Category", "Chain")]
public sealed class LocalnetTests : IAsyncLifetime
{
    private const ulong Sol = 1_000_000_000;

    private readonly Keypair _treasury = Keypair.Generate();
    private SolanaLocalnet _chain = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (SolanaLocalnet.WhyUnavailable() is { } reason)
        {
            Assert.Skip(reason);
        }

        _chain = await SolanaLocalnet.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_chain is not null)
        {
            await _chain.DisposeAsync();
        }

        _treasury.Dispose();
    }

    [Fact]
    public async Task A_durable_nonce_pays_usdc_to_a_wallet_without_an_account_and_reaches_finalized()
    {
        var nonce = await OpenTreasury();
        var payee = Keypair.Generate().PublicKey;
        var reference = Keypair.Generate().PublicKey;
        var value = await NonceValue(nonce);
        var account = AssociatedTokenProgram.Address(payee, _chain.UsdcMint);
        var message = Message.Compile(
            _treasury.PublicKey,
            value,
            [
                SystemProgram.AdvanceNonce(nonce, _treasury.PublicKey),
                ComputeBudgetProgram.SetUnitLimit(60_000),
                ComputeBudgetProgram.SetUnitPrice(1_000),
                MemoProgram.Note("chk_test"),
                AssociatedTokenProgram.CreateIdempotent(_treasury.PublicKey, payee, _chain.UsdcMint),
                Pay(account, 1_250_000).WithReferences(reference),
            ]);
        var permit = new SigningPermit.Transfers(nonce, value, [new PermittedTransfer(payee, 1_250_000)]);
        var bytes = message.Encode();
        var signature = await new GuardedSigner(new FileSigner(_treasury), Policy()).SignAsync(bytes, permit, Cancel);
        var wire = new Transaction([signature], message).Encode();

        await _chain.AdvanceAsync(200, Cancel);
        var simulation = await _chain.Rpc.SimulateTransactionAsync(wire, new SimulateOptions(), Cancel);
        Assert.Null(simulation.Value.Error);
        Assert.Equal(signature, await _chain.Rpc.SendTransactionAsync(wire, new SendOptions(), Cancel));
        Assert.Null((await _chain.FinalizedAsync(signature, Cancel)).Error);

        var landed = await _chain.Rpc.GetTransactionAsync(signature, Commitment.Finalized, Cancel);
        Assert.Equal(5_000UL + 60, landed!.Fee);
        var index = landed.Accounts.ToList().IndexOf(account);
        Assert.Equal(1_250_000UL, landed.PostTokenBalances.Single(one => one.AccountIndex == index).Amount);
        Assert.DoesNotContain(landed.PreTokenBalances, one => one.AccountIndex == index);
        var balance = await _chain.Rpc.GetTokenAccountBalanceAsync(account, ReadOptions.Finalized, Cancel);
        Assert.Equal(new TokenAmount(1_250_000, 6), balance.Value);
        var found = await _chain.Rpc.GetSignaturesForAddressAsync(reference, new SignaturePage(), Cancel);
        Assert.Equal((signature, "[8] chk_test"), (found[0].Signature, found[0].Memo));
        Assert.NotEqual(value, await NonceValue(nonce));
    }

    [Fact]
    public async Task A_transfer_above_the_balance_is_refused_before_it_costs_anything_and_names_the_instruction()
    {
        var nonce = await OpenTreasury();
        var message = Message.Compile(
            _treasury.PublicKey,
            await NonceValue(nonce),
            [SystemProgram.AdvanceNonce(nonce, _treasury.PublicKey), Pay(Account(_treasury.PublicKey), ulong.MaxValue)]);
        var wire = new Transaction([_treasury.Sign(message.Encode())], message).Encode();

        var problem = await Assert.ThrowsAsync<SolanaRpcException>(
            () => _chain.Rpc.SendTransactionAsync(wire, new SendOptions(), Cancel));

        Assert.Equal(RpcCode.PreflightFailed, problem.Code);
        Assert.Equal(new TransactionError.InInstruction(1, "Custom", 1), problem.TransactionError);
        Assert.False(problem.IsAboutTheNode);
    }

    [Fact]
    public async Task A_read_beyond_the_nodes_slot_and_a_lost_connection_are_about_the_node()
    {
        var slot = await _chain.Rpc.GetSlotAsync(ReadOptions.Finalized, Cancel);
        var options = new ReadOptions(Commitment.Finalized, slot + 10_000);
        var lag = await Assert.ThrowsAsync<SolanaRpcException>(
            () => _chain.Rpc.GetBalanceAsync(_treasury.PublicKey, options, Cancel));
        Assert.Equal((RpcCode.MinContextSlot, true), (lag.Code, lag.IsAboutTheNode));

        await _chain.SetFaultAsync(new() { ["kind"] = "drop", ["method"] = "getSlot" }, Cancel);
        var lost = await Assert.ThrowsAsync<SolanaRpcException>(
            () => _chain.Rpc.GetSlotAsync(ReadOptions.Finalized, Cancel));
        Assert.True(lost.IsAboutTheNode);

        await _chain.SetFaultAsync(new() { ["kind"] = "http429", ["method"] = "getSlot" }, Cancel);
        var throttled = await Assert.ThrowsAsync<SolanaRpcException>(
            () => _chain.Rpc.GetSlotAsync(ReadOptions.Finalized, Cancel));
        Assert.Equal(429, throttled.HttpStatus);
    }

    [Fact]
    public async Task The_chain_names_itself_and_its_mint()
    {
        Assert.True(await _chain.Rpc.GetHealthAsync(Cancel));
        Assert.Equal(_chain.GenesisHash, await _chain.Rpc.GetGenesisHashAsync(Cancel));
        var mint = await _chain.Rpc.GetAccountInfoAsync(_chain.UsdcMint, ReadOptions.Finalized, Cancel);
        Assert.Equal(6, MintAccount.Decode(mint.Value!.Data.Span).Decimals);
        Assert.Equal(2_039_280UL, await _chain.Rpc.GetMinimumBalanceForRentExemptionAsync(TokenAccount.Length, Cancel));
        Assert.NotEmpty(await _chain.Rpc.GetRecentPrioritizationFeesAsync([_chain.UsdcMint], Cancel));
        Assert.True(await _chain.Rpc.GetBlockHeightAsync(ReadOptions.Finalized, Cancel) > 0);
    }

    /// <summary>SOL, USDC and a nonce account made from the treasury's seed: the treasury alone signs.</summary>
    private async Task<PublicKey> OpenTreasury()
    {
        var airdrop = await _chain.Rpc.RequestAirdropAsync(_treasury.PublicKey, 10 * Sol, Cancel);
        await _chain.MintUsdcAsync(_treasury.PublicKey, 100_000_000, Cancel);
        await _chain.FinalizedAsync(airdrop, Cancel);
        var rent = await _chain.Rpc.GetMinimumBalanceForRentExemptionAsync(NonceAccount.Length, Cancel);
        var nonce = ProgramAddress.WithSeed(_treasury.PublicKey, "lane-0", SystemProgram.Id);
        var latest = await _chain.Rpc.GetLatestBlockhashAsync(ReadOptions.Confirmed, Cancel);
        var message = Message.Compile(
            _treasury.PublicKey,
            latest.Value.Blockhash,
            [
                SystemProgram.CreateAccountWithSeed(
                    _treasury.PublicKey, "lane-0", rent, NonceAccount.Length, SystemProgram.Id),
                SystemProgram.InitializeNonce(nonce, _treasury.PublicKey),
            ]);
        var wire = new Transaction([_treasury.Sign(message.Encode())], message).Encode();
        await _chain.FinalizedAsync(await _chain.Rpc.SendTransactionAsync(wire, new SendOptions(), Cancel), Cancel);
        return nonce;
    }

    private async Task<Hash> NonceValue(PublicKey nonce)
    {
        var account = await _chain.Rpc.GetAccountInfoAsync(nonce, ReadOptions.Finalized, Cancel);
        return NonceAccount.Decode(account.Value!.Data.Span)!.Value;
    }

    private PublicKey Account(PublicKey owner) => AssociatedTokenProgram.Address(owner, _chain.UsdcMint);

    private Instruction Pay(PublicKey destination, ulong amount) => TokenProgram.TransferChecked(new TokenTransfer
    {
        Source = Account(_treasury.PublicKey),
        Mint = _chain.UsdcMint,
        Destination = destination,
        Owner = _treasury.PublicKey,
        Amount = amount,
        Decimals = 6,
    });

    private SigningPolicy Policy() => new()
    {
        FeePayer = _treasury.PublicKey,
        Mint = _chain.UsdcMint,
        Decimals = 6,
        AmountMax = 10_000_000,
    };
}
