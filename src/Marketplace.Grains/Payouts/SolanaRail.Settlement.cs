using System.Globalization;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payments;
using Marketplace.Ledger.Payments;
using Marketplace.Solana;

namespace Marketplace.Grains.Payouts;

/// <content>A Solana chain, or any other that speaks its RPC, as a rail.</content>
internal sealed partial class SolanaRail : ISettlementRail
{
    private const string PinnedGenesis = "genesis";
    private static readonly Hash Mainnet = Hash.Parse("5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d");

    public async Task<string> Chain(DepositRows rows, CancellationToken cancel) =>
        (await Genesis(rows, cancel)).ToString();

    /// <summary>The first rail's lanes keep the names that they had before there were others.</summary>
    public string LaneName(int number) => Name == RailName.Solana
        ? string.Create(CultureInfo.InvariantCulture, $"lane_{number}")
        : string.Create(CultureInfo.InvariantCulture, $"{Name}.lane_{number}");

    public string LaneAccount(string lane) => NonceAccountOf(lane).ToString();

    public ISettlementLane OpenLane(string chain, LaneSetting setting) =>
        new PayoutLane(this, Hash.Parse(chain), setting);

    public IDepositSource OpenDeposits(string chain, DepositSetting setting) =>
        new DepositScan(this, Hash.Parse(chain), setting);

    /// <summary>The chain we are on: configured, or the first one that was ever seen.</summary>
    /// <exception cref="InvalidOperationException">A key file may not hold real money.</exception>
    public async Task<Hash> Genesis(DepositRows rows, CancellationToken cancel)
    {
        var place = Name == RailName.Solana ? PinnedGenesis : $"{PinnedGenesis}:{Name}";
        var genesis = ConfiguredGenesis;

        if (genesis is null && await rows.Cursor(place, cancel) is { } pinned)
        {
            genesis = Hash.Parse(pinned);
        }

        if (genesis is null)
        {
            genesis = await Rpc.GetGenesisHashAsync(cancel);
            await rows.SaveCursor(place, genesis.ToString(), cancel);
        }

        Rpc.Pin(genesis);

        return genesis != Mainnet || !HasKeyInFile
            ? genesis
            : throw new InvalidOperationException("Solana:TreasuryKeyFile: a key file is refused on mainnet.");
    }
}
