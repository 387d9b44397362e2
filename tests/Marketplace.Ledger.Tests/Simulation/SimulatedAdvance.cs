namespace Marketplace.Ledger.Tests.Simulation;

/// <summary>An open advance as the world sees it.</summary>
internal sealed class SimulatedAdvance(string id, long principal, long discount)
{
    public string Id => id;

    public long Principal => principal;

    public long Discount => discount;

    public long Earned { get; set; }

    public int Parts { get; set; }
}
