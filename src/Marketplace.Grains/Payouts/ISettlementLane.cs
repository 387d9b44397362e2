namespace Marketplace.Grains.Payouts;

/// <summary>
/// Pays what waits at its desk, one chunk at a time; all that it knows is in the rows and on the chain.
/// </summary>
internal interface ISettlementLane
{
    /// <summary>Takes one step. A call that fails changes nothing that the next step would not see.</summary>
    Task<LaneReport> Step(CancellationToken cancel);

    /// <summary>Gives the lane up, so that another worker need not wait for the lease to run out.</summary>
    Task Leave(CancellationToken cancel);
}
