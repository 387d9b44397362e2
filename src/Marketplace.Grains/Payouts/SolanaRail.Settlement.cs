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

    private string GenesisPlace => Name == RailName.Solana ? PinnedGenesis : $"{PinnedGenesis}:{Name}";

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

    public IRailWitness OpenWitness(DepositRows deposits, DepositAddressRows addresses) =>
        new RailWitness(this, deposits, addresses);

    /// <summary>The chain we are on, without keeping it where none was ever seen: for who only looks.</summary>
    public async Task<Hash> GenesisNow(DepositRows rows, CancellationToken cancel) =>
        await Known(rows, cancel) ?? await Rpc.GetGenesisHashAsync(cancel);

    /// <summary>The chain we are on: configured, or the first one that was ever seen.</summary>
    /// <exception cref="InvalidOperationException">A key file may not hold real money.</exception>
    public async Task<Hash> Genesis(DepositRows rows, CancellationToken cancel)
    {
        var genesis = await Known(rows, cancel);

        if (genesis is null)
        {
            genesis = await Rpc.GetGenesisHashAsync(cancel);
            await rows.SaveCursor(GenesisPlace, genesis.ToString(), cancel);
        }

        Rpc.Pin(genesis);

        return genesis != Mainnet || !HasKeyInFile
            ? genesis
            : throw new InvalidOperationException("Solana:TreasuryKeyFile: a key file is refused on mainnet.");
    }

    private async Task<Hash?> Known(DepositRows rows, CancellationToken cancel) =>
        ConfiguredGenesis ?? (await rows.Cursor(GenesisPlace, cancel) is { } pinned ? Hash.Parse(pinned) : null);
}
