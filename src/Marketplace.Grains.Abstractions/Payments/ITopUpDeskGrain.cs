namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>
/// Takes an account's top-ups one after the other, so that its limits hold; key <c>acc_…</c>.
/// </summary>
[GrainInterfaceType("top-up-desk"), Alias("ITopUpDeskGrain")]
public interface ITopUpDeskGrain : IGrainWithStringKey
{
    /// <summary>Stores a top-up and opens it at the processor. Again with the same content is harmless.</summary>
    [Alias("Open")]
    Task<TopUpOutcome> Open(NewTopUp wish, CancellationToken cancel = default);
}
