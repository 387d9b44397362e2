using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Inference;

/// <summary>An earlier attempt that made a part of the text and did not end it.</summary>
/// <param name="From">Its first token within the text.</param>
/// <param name="To">One behind its last.</param>
/// <param name="Kind">What the device said that it is.</param>
[GenerateSerializer, Alias("PartMaker")]
internal sealed record PartMaker(
    [property: Id(0)] AttemptId Attempt,
    [property: Id(1)] DeviceId Device,
    [property: Id(2)] ProviderId Provider,
    [property: Id(3)] int From,
    [property: Id(4)] int To,
    [property: Id(5)] DeviceKind Kind = DeviceKind.Host)
{
    /// <summary>What an attempt leaves behind that ends with so many tokens.</summary>
    public static PartMaker Of(JobAttempt attempt, int tokens) =>
        new(attempt.Id, attempt.Device, attempt.Provider, attempt.Prefix, tokens, attempt.Kind);
}
