using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payments;
using Marketplace.Ledger.Payments;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// One way for USDC to come in and go out: a chain and a treasury of ours on it. What proves that a transfer can never
/// land differs from chain to chain, so each rail brings its own lane; that a payout is paid once rests on the rows
/// that every lane has to write. A rail is good when it passes the conformance tests.
/// </summary>
internal interface ISettlementRail
{
    RailName Name { get; }

    /// <summary>What names the chain for ever: configured, or the first one that was ever seen.</summary>
    /// <exception cref="InvalidOperationException">This chain may not be used.</exception>
    Task<string> Chain(DepositRows rows, CancellationToken cancel);

    /// <summary>Which lane of the rail has this number; unique over all rails.</summary>
    string LaneName(int number);

    /// <summary>Where the lane's transfers are ordered on the chain, for people who look for them.</summary>
    string LaneAccount(string lane);

    /// <summary>A worker for a lane of this rail.</summary>
    /// <param name="chain">What <see cref="Chain"/> answered: the lane refuses to work on another one.</param>
    /// <param name="setting">What it works with.</param>
    ISettlementLane OpenLane(string chain, LaneSetting setting);

    /// <summary>What credits transfers into the treasury.</summary>
    /// <param name="chain">What <see cref="Chain"/> answered: nothing of another one is credited.</param>
    /// <param name="setting">What it works with.</param>
    IDepositSource OpenDeposits(string chain, DepositSetting setting);

    /// <summary>What tells an audit of the treasury on this chain.</summary>
    IRailWitness OpenWitness(DepositRows deposits, DepositAddressRows addresses);
}
