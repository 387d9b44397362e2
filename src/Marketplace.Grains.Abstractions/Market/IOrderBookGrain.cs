using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;

namespace Marketplace.Grains.Abstractions.Market;

/// <summary>
/// The order book of one device class; key <c>book_{class}</c>. In memory, rebuilt from the register.
/// </summary>
[GrainInterfaceType("order-book"), Alias("IOrderBookGrain")]
public interface IOrderBookGrain : IGrainWithStringKey
{
    /// <summary>A device of this class is there, at this price.</summary>
    [Alias("Publish")]
    Task Publish(Offer offer, CancellationToken cancel = default);

    /// <summary>A device has left.</summary>
    [Alias("Withdraw")]
    Task Withdraw(DeviceId device, CancellationToken cancel = default);

    /// <summary>
    /// Work waits; devices that could take it get a hint. Again with the same work replaces the ticket. Answers whether
    /// <see cref="GiveWay"/> is worth a call; a book of before answers nothing, which is no.
    /// </summary>
    [Alias("Enqueue")]
    Task<bool> Enqueue(WorkTicket ticket, CancellationToken cancel = default);

    /// <summary>The work is over or taken care of.</summary>
    [Alias("Remove")]
    Task Remove(string work, CancellationToken cancel = default);

    /// <summary>
    /// The next ticket this device may have, oldest first, but for young ones whose model is loaded elsewhere, and
    /// lines of batches as if they had come later; it stays in the book until removed, out of sight for a few seconds.
    /// Taking publishes the offer, so a book that has just been rebuilt knows the device.
    /// </summary>
    [Alias("Take")]
    Task<WorkTicket?> Take(Offer offer, CancellationToken cancel = default);

    /// <summary>A line of a batch was begun on a device of this class; it may have to give way.</summary>
    [Alias("Began")]
    Task Began(BatchRun run, CancellationToken cancel = default);

    /// <summary>
    /// Whether a ticket that waits finds room, and which line of a batch should give way to it where it does not: the
    /// one begun last, which the book forgets. None is named that would have its turn before the ticket.
    /// </summary>
    [Alias("GiveWay")]
    Task<WayOutcome> GiveWay(WorkTicket ticket, CancellationToken cancel = default);

    /// <summary>The offers of this class.</summary>
    [Alias("Offers")]
    Task<IReadOnlyList<Offer>> Offers(CancellationToken cancel = default);

    /// <summary>How much each model is wanted here, lately and now.</summary>
    [Alias("Demand")]
    Task<IReadOnlyList<ModelDemand>> Demand(CancellationToken cancel = default);

    /// <summary>Tickets waiting.</summary>
    [Alias("Depth")]
    Task<int> Depth(CancellationToken cancel = default);
}
