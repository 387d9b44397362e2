using System.Text.Json;
using Marketplace.Domain.Ledger;
using Marketplace.Host.Ledger;
using Marketplace.Host.Storage;
using Marketplace.Host.Tests.Storage;
using Marketplace.Ledger.Payments;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.Host.Tests.Ledger;

/// <summary>The command against a chain that executes with the real virtual machine.</summary>
[Collection("The console")]
[Trait("Category", "Chain")]
public sealed class VerifyBooksOnChainTests : IDisposable
{
    private const ulong Lamports = 1_000_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-verify-").FullName;
    private readonly byte[] _seed = [.. Enumerable.Repeat((byte)7, Keypair.SeedLength)];
    private readonly Keypair _treasury;

    public VerifyBooksOnChainTests() => _treasury = Keypair.FromSeed(_seed);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Books_that_the_chain_confirms_end_with_0_a_transfer_nobody_knows_with_1_and_a_dead_node_with_2()
    {
        if (SolanaLocalnet.WhyUnavailable() is { } reason)
        {
            Assert.Skip(reason);
        }

        await using var chain = await SolanaLocalnet.StartAsync(Cancel);
        await chain.FinalizedAsync(await chain.Rpc.RequestAirdropAsync(_treasury.PublicKey, Lamports, Cancel), Cancel);
        await Credit(chain, 5_000_000);
        Assert.Equal(0, (await Run(chain)).Exit);

        var theft = await Take(chain, 400_000);
        var (exit, printed) = await Run(chain);
        Assert.Equal(1, exit);
        Assert.Contains($"{theft} paid 0.400000 to", printed, StringComparison.Ordinal);
        Assert.Contains("no payout says so", printed, StringComparison.Ordinal);
        Assert.Equal(0, (await Run(chain, "--without-chain")).Exit);

        (exit, printed) = await Run(chain, "--Solana:FurtherRpcUrls:0=http://127.0.0.1:1");
        Assert.Equal(2, exit);
        Assert.Matches("Unreachable 7 ", printed);
        Assert.Matches("Unreachable anchors ", printed);
    }

    public void Dispose()
    {
        _treasury.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Money comes into the treasury, and the books say so as the scan would have them say it.</summary>
    private async Task Credit(SolanaLocalnet chain, long micros)
    {
        await TestHost.Stop(await TestHost.Start(("Storage:DataDirectory", _folder)));
        var account = await chain.MintUsdcAsync(_treasury.PublicKey, micros, Cancel);
        var minted = (await Finalized(chain, account))[0];
        await using var databases = Databases.From(new StorageOptions { DataDirectory = _folder });
        var transfer = new ChainTransfer(
            chain.GenesisHash.ToString(), minted.Signature.ToString(), account.ToString(), Usdc.FromMicros(micros),
            (long)minted.Slot);
        Assert.True((await new DepositRows(databases.Books, TimeProvider.System).Credit(transfer, null, null, Cancel)).Stands);
    }

    /// <summary>The mint, as soon as the node calls it finalized.</summary>
    private static async Task<IReadOnlyList<SignatureInfo>> Finalized(SolanaLocalnet chain, PublicKey account)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(40));

        while (await pace.WaitForNextTickAsync(limit.Token))
        {
            if (await chain.Rpc.GetSignaturesForAddressAsync(account, new SignaturePage(), limit.Token) is [_, ..] found)
            {
                return found;
            }
        }

        throw new TimeoutException($"the mint into {account} was not finalized within 30 s");
    }

    /// <summary>Somebody has the treasury's key.</summary>
    private async Task<Signature> Take(SolanaLocalnet chain, ulong micros)
    {
        using var thief = Keypair.Generate();
        var latest = await chain.Rpc.GetLatestBlockhashAsync(ReadOptions.Confirmed, Cancel);
        var message = Message.Compile(
            _treasury.PublicKey,
            latest.Value.Blockhash,
            [
                AssociatedTokenProgram.CreateIdempotent(_treasury.PublicKey, thief.PublicKey, chain.UsdcMint),
                TokenProgram.TransferChecked(new TokenTransfer
                {
                    Source = AssociatedTokenProgram.Address(_treasury.PublicKey, chain.UsdcMint),
                    Mint = chain.UsdcMint,
                    Destination = AssociatedTokenProgram.Address(thief.PublicKey, chain.UsdcMint),
                    Owner = _treasury.PublicKey,
                    Amount = micros,
                    Decimals = 6,
                }),
            ]);
        var wire = new Transaction([_treasury.Sign(message.Encode())], message).Encode();
        var sent = await chain.Rpc.SendTransactionAsync(wire, new SendOptions(), Cancel);
        await chain.FinalizedAsync(sent, Cancel);
        return sent;
    }

    private async Task<(int Exit, string Printed)> Run(SolanaLocalnet chain, params string[] words)
    {
        var key = Path.Combine(_folder, "treasury.json");
        int[] numbers = [.. _seed.Concat(_treasury.PublicKey.ToArray()).Select(value => (int)value)];
        await File.WriteAllTextAsync(key, JsonSerializer.Serialize(numbers), Cancel);
        var printed = new StringWriter();
        var before = Console.Out;
        Console.SetOut(printed);

        try
        {
            var exit = await VerifyBooks.Run(
            [
                VerifyBooks.Command, "--without-hledger", .. words, $"--Storage:DataDirectory={_folder}",
                $"--Solana:RpcUrl={chain.RpcUrl}", $"--Solana:UsdcMint={chain.UsdcMint}", "--Solana:CallTimeout=00:00:05",
                $"--Solana:TreasuryKeyFile={key}", "--Books:ConfirmAfter=00:00:00",
            ]);
            return (exit, printed.ToString());
        }
        finally
        {
            Console.SetOut(before);
        }
    }
}
