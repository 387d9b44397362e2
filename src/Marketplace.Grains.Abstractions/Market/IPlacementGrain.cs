using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Abstractions.Market;

/// <summary>Brings work and devices together; stateless worker, key 0.</summary>
[GrainInterfaceType("placement"), Alias("IPlacementGrain")]
public interface IPlacementGrain : IGrainWithIntegerKey
{
    /// <summary>Takes a text order: job, escrow, book.</summary>
    [Alias("Submit")]
    Task<SubmitOutcome> Submit(JobId job, AccountId account, InferenceOrder order, CancellationToken cancel = default);

    /// <summary>Takes a render order: render, escrow, book.</summary>
    [Alias("SubmitRender")]
    Task<SubmitOutcome> SubmitRender(
        RenderId render, AccountId account, RenderOrder order, CancellationToken cancel = default);

    /// <summary>
    /// The next work for a device, already reserved and stored as an attempt; null when there is none.
    /// </summary>
    [Alias("WorkFor")]
    Task<WorkOrder?> WorkFor(DeviceId device, CancellationToken cancel = default);

    /// <summary>
    /// Puts waiting work into the books again: after a loss, a restart, or when the market has changed.
    /// </summary>
    [Alias("Requeue")]
    Task Requeue(string work, CancellationToken cancel = default);

    /// <summary>Offers that a renter may see, of every class.</summary>
    [Alias("Offers")]
    Task<IReadOnlyList<Offer>> Offers(CancellationToken cancel = default);
}
