using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Providers;

/// <summary>What is stored of an enrolment code; without a provider there is no such code.</summary>
[GenerateSerializer, Alias("EnrolmentState")]
internal sealed record EnrolmentState
{
    [Id(0)]
    public ProviderId? Provider { get; init; }

    [Id(1)]
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The key that used the code up, or null while it is fresh.</summary>
    [Id(2)]
    public byte[]? UsedBy { get; init; }
}
