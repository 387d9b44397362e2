using Marketplace.Domain.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Rpc;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>Opens the configured rails once.</summary>
internal sealed class SolanaRailSource
{
    /// <param name="solana">The rails.</param>
    /// <param name="payouts">What they may move.</param>
    /// <param name="tables">What is written down of lookup tables, for rails that have them.</param>
    public SolanaRailSource(
        IOptions<SolanaOptions> solana, IOptions<PayoutOptions> payouts, TreasuryTables? tables = null)
    {
        var options = solana.Value;

        if (!options.IsConfigured)
        {
            return;
        }

        Rail = Open(RailName.Solana, options, payouts.Value, tables);
        Rails =
        [
            Rail,
            .. options.Rails.OrderBy(one => one.Key, StringComparer.Ordinal)
                .Select(one => Open(RailName.Parse(one.Key), one.Value, payouts.Value, tables)),
        ];
    }

    public SolanaRailSource(SolanaRail? rail, params IReadOnlyList<ISettlementRail> further)
    {
        Rail = rail;
        Rails = rail is null ? further : [rail, .. further];
    }

    /// <summary>
    /// The first rail, which takes deposits and anchors; null where no chain is configured: then nothing comes in and
    /// nothing goes out.
    /// </summary>
    public SolanaRail? Rail { get; }

    /// <summary>Every rail, the first one first.</summary>
    public IReadOnlyList<ISettlementRail> Rails { get; } = [];

    /// <summary>The rail of this name, or null.</summary>
    public ISettlementRail? Find(RailName name) => Rails.FirstOrDefault(rail => rail.Name == name);

    /// <summary>The rail that a lane belongs to by its name, or null.</summary>
    public ISettlementRail? OfLane(string lane, int lanes) => Rails.FirstOrDefault(
        rail => Enumerable.Range(0, lanes).Any(number => rail.LaneName(number) == lane));

    private static SolanaRail Open(
        RailName name, RailOptions options, PayoutOptions payouts, TreasuryTables? tables)
    {
        var mint = PublicKey.Parse(options.UsdcMint);
        ISolanaRpc[] nodes =
            [.. options.FurtherRpcUrls.Prepend(options.RpcUrl!).Select(url => Node(url, options.CallTimeout))];
        return new SolanaRail(
            nodes,
            mint,
            Signer(options),
            (ulong)payouts.TransactionMax.Micros,
            options.DurableNonces,
            new KillSwitch(options.KillSwitchFile),
            rules: new NodeRules { Quorum = options.Quorum },
            tables: options.LookupTables ? tables : null)
        {
            Name = name,
            SlotsBackMax = (ulong)options.FinalizedSlotsBackMax,
            ExpiryMargin = (ulong)options.ExpiryMarginBlocks,
            HasKeyInFile = options.Signer == TreasurySigner.File,
            WebSocketUrl = string.IsNullOrWhiteSpace(options.WebSocketUrl) ? null : new Uri(options.WebSocketUrl),
            ConfiguredGenesis = string.IsNullOrEmpty(options.GenesisHash) ? null : Hash.Parse(options.GenesisHash),
        };
    }

    private static ITransactionSigner Signer(RailOptions options) => options.Signer == TreasurySigner.File
        ? FileSigner.Load(options.TreasuryKeyFile!)
        : Pkcs11Signer.Open(new Pkcs11Key
        {
            Module = options.Pkcs11Module!,
            Token = options.Pkcs11Token!,
            Label = options.Pkcs11KeyLabel,
            PinFile = options.Pkcs11PinFile!,
        });

    private static SharedSolanaRpc Node(string url, TimeSpan timeout) =>
        new(new HttpSolanaRpc(
            new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            {
                BaseAddress = new Uri(url),
                Timeout = timeout,
            }));
}
