namespace Marketplace.Grains.Payments;

/// <summary>What the inbox asks of a top-up; key <c>top_…</c>.</summary>
[GrainInterfaceType("top-up-case"), Alias("ITopUpCaseGrain")]
internal interface ITopUpCaseGrain : IGrainWithStringKey
{
    /// <summary>Looks at it after an event whose object names it. False when there is no such top-up.</summary>
    [Alias("LookAfter")]
    Task<bool> LookAfter(string? session, string? paymentIntent, CancellationToken cancel = default);
}
