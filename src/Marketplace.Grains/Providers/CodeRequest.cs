namespace Marketplace.Grains.Providers;

/// <summary>A request that was answered with an enrolment code; the code itself is not kept.</summary>
[GenerateSerializer, Alias("CodeRequest")]
internal sealed record CodeRequest([property: Id(0)] string Request, [property: Id(1)] DateTimeOffset ExpiresAt);
