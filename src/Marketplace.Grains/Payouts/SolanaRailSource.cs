using Marketplace.Ledger.Payments;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Rpc;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>Opens the configured chain once, and knows which chain it has to be.</summary>
internal sealed class SolanaRailSource
{
    private const string PinnedGenesis = "genesis";
    private static readonly Hash Mainnet = Hash.Parse("5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d");

    public SolanaRailSource(IOptions<SolanaOptions> solana, IOptions<PayoutOptions> payouts)
    {
        var options = solana.Value;

        if (!options.IsConfigured)
        {
            return;
        }

        Rail = new SolanaRail(
            [.. options.FurtherRpcUrls.Prepend(options.RpcUrl!).Select(url => Node(url, options.CallTimeout))],
            PublicKey.Parse(options.UsdcMint),
            Signer(options),
            (ulong)payouts.Value.TransactionMax.Micros,
            options.DurableNonces,
            new KillSwitch(options.KillSwitchFile))
        {
            ExpiryMargin = (ulong)options.ExpiryMarginBlocks,
            HasKeyInFile = options.Signer == TreasurySigner.File,
            ConfiguredGenesis = string.IsNullOrEmpty(options.GenesisHash) ? null : Hash.Parse(options.GenesisHash),
        };
    }

    public SolanaRailSource(SolanaRail? rail) => Rail = rail;

    /// <summary>Null where no chain is configured: then nothing comes in and nothing goes out.</summary>
    public SolanaRail? Rail { get; }

    /// <summary>The chain we are on: configured, or the first one that was ever seen.</summary>
    /// <exception cref="InvalidOperationException">A key file may not hold real money.</exception>
    public static async Task<Hash> Genesis(SolanaRail rail, DepositRows rows, CancellationToken cancel)
    {
        var genesis = rail.ConfiguredGenesis;

        if (genesis is null && await rows.Cursor(PinnedGenesis, cancel) is { } pinned)
        {
            genesis = Hash.Parse(pinned);
        }

        if (genesis is null)
        {
            genesis = await rail.Rpc.GetGenesisHashAsync(cancel);
            await rows.SaveCursor(PinnedGenesis, genesis.ToString(), cancel);
        }

        return genesis != Mainnet || !rail.HasKeyInFile
            ? genesis
            : throw new InvalidOperationException("Solana:TreasuryKeyFile: a key file is refused on mainnet.");
    }

    private static ITransactionSigner Signer(SolanaOptions options) => options.Signer == TreasurySigner.File
        ? FileSigner.Load(options.TreasuryKeyFile!)
        : Pkcs11Signer.Open(new Pkcs11Key
        {
            Module = options.Pkcs11Module!,
            Token = options.Pkcs11Token!,
            Label = options.Pkcs11KeyLabel,
            PinFile = options.Pkcs11PinFile!,
        });

    private static HttpSolanaRpc Node(string url, TimeSpan timeout) =>
        new(new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = new Uri(url),
            Timeout = timeout,
        });
}
