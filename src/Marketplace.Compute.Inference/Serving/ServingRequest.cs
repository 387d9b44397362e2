using Marketplace.Compute.Inference.Generation;

namespace Marketplace.Compute.Inference.Serving;

/// <summary>A text that somebody wants made beside others.</summary>
/// <param name="Tenant">
/// Whose it is: tenants take turns by what they have been served, and none can find out by the time an answer takes
/// what another one asked.
/// </param>
/// <param name="Text">What is wanted.</param>
/// <param name="IsBatch">Whether it gives way to texts that are not: nobody waits for it right now.</param>
public sealed record ServingRequest(string Tenant, GenerationRequest Text, bool IsBatch = false)
{
    public const int TenantLengthMax = 128;
}
