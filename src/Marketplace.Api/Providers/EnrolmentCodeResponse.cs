using Marketplace.Grains.Abstractions.Providers;

namespace Marketplace.Api.Providers;

/// <summary>A one-time code with which an agent enrols a device.</summary>
/// <param name="Code">For <c>marketplace-agent enrol --code</c>; shown this once, and null when repeated.</param>
/// <param name="ExpiresAt">Ten minutes from its making.</param>
internal sealed record EnrolmentCodeResponse(string? Code, DateTimeOffset ExpiresAt)
{
    public static EnrolmentCodeResponse From(EnrolmentCode code) => new(code.Code, code.ExpiresAt);
}
