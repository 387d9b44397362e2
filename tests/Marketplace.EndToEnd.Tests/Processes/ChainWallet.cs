using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Domain.Ledger;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.EndToEnd.Tests.Processes;

/// <summary>A wallet on the local chain with SOL for fees.</summary>
internal sealed class ChainWallet(SolanaLocalnet chain, byte[] seed) : IDisposable
{
    private const ulong Lamports = 10_000_000_000;
    private const byte Decimals = 6;

    private readonly Keypair _keys = Keypair.FromSeed(seed);

    public PublicKey Address => _keys.PublicKey;

    public static async Task<ChainWallet> Make(SolanaLocalnet chain, CancellationToken cancel)
    {
        var wallet = new ChainWallet(chain, RandomNumberGenerator.GetBytes(Keypair.SeedLength));
        await chain.FinalizedAsync(await chain.Rpc.RequestAirdropAsync(wallet.Address, Lamports, cancel), cancel);
        return wallet;
    }

    /// <summary>Writes the key as the Solana command line does.</summary>
    public async Task<string> Save(string path, CancellationToken cancel)
    {
        int[] numbers = [.. seed.Concat(Address.ToArray()).Select(value => (int)value)];
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(numbers), cancel);
        return path;
    }

    /// <summary>USDC at finalized.</summary>
    public async Task<Usdc> Balance(CancellationToken cancel)
    {
        var account = AssociatedTokenProgram.Address(Address, chain.UsdcMint);
        var found = await chain.Rpc.GetAccountInfoAsync(account, ReadOptions.Finalized, cancel);
        return found.Value is { } info ? Usdc.FromMicros((long)TokenAccount.Decode(info.Data.Span).Amount) : Usdc.Zero;
    }

    /// <summary>Pays a Solana Pay request.</summary>
    public Task Pay(string url, CancellationToken cancel)
    {
        var request = new Uri(url);
        var recipient = PublicKey.Parse(request.AbsolutePath);
        var query = request.Query.TrimStart('?').Split('&')
            .Select(pair => pair.Split('=', 2))
            .ToLookup(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var amount = decimal.Parse(query["amount"].Single(), CultureInfo.InvariantCulture);

        return Send(recipient, (ulong)(amount * Usdc.MicrosPerUsdc), query["reference"].Select(PublicKey.Parse), cancel);
    }

    /// <summary>Sends USDC to a wallet, as an exchange does.</summary>
    public Task Send(PublicKey recipient, Usdc amount, CancellationToken cancel) =>
        Send(recipient, (ulong)amount.Micros, [], cancel);

    public void Dispose() => _keys.Dispose();

    private async Task Send(
        PublicKey recipient, ulong micros, IEnumerable<PublicKey> references, CancellationToken cancel)
    {
        var transfer = TokenProgram.TransferChecked(new TokenTransfer
        {
            Source = AssociatedTokenProgram.Address(Address, chain.UsdcMint),
            Mint = chain.UsdcMint,
            Destination = AssociatedTokenProgram.Address(recipient, chain.UsdcMint),
            Owner = Address,
            Amount = micros,
            Decimals = Decimals,
        });
        var latest = await chain.Rpc.GetLatestBlockhashAsync(ReadOptions.Confirmed, cancel);
        var message = Message.Compile(
            Address,
            latest.Value.Blockhash,
            [
                AssociatedTokenProgram.CreateIdempotent(Address, recipient, chain.UsdcMint),
                transfer.WithReferences(references),
            ]);
        var wire = new Transaction([_keys.Sign(message.Encode())], message).Encode();
        await chain.FinalizedAsync(await chain.Rpc.SendTransactionAsync(wire, new SendOptions(), cancel), cancel);
    }
}
