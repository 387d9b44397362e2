using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payouts;

namespace Marketplace.Grains.Tests.Rails;

/// <summary>A chain with a treasury on it, and another chain of the same kind that must never be taken for it.</summary>
internal abstract class RailWorld : IAsyncDisposable
{
    public abstract ISettlementRail Rail { get; }

    public RailName Name => Rail.Name;

    public abstract string Chain { get; }

    public abstract string OtherChain { get; }

    /// <summary>A wallet that can be paid.</summary>
    public abstract string Wallet(int number);

    /// <summary>A reference that a deposit can carry.</summary>
    public abstract string Reference(int number);

    /// <summary>Puts USDC into the treasury, and what the rail needs for fees.</summary>
    public abstract Task Fund(long micros);

    public abstract Task<long> UsdcOf(string wallet);

    public abstract Task<long> Treasury();

    /// <summary>The chain goes on a little; a handful of these make everything final.</summary>
    public abstract Task Pass();

    /// <summary>The next send is lost on the way, the answer to the one after it on the way back.</summary>
    public abstract Task LoseSends();

    /// <summary>A stranger pays into the treasury.</summary>
    public abstract Task Deposit(long micros, string? reference);

    public abstract ValueTask DisposeAsync();
}
