using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;

namespace Marketplace.Api.Market;

/// <summary>A device that can be had now, and its price.</summary>
/// <param name="Device" example="dev_01j9zq8k3v7r2m5x4c6b8n0t1w">The device.</param>
/// <param name="DeviceClass" example="cuda.nvidia-h100.eu">The part of the market it trades in.</param>
/// <param name="Kind" example="cuda">What executes the work: host, cuda or openCl.</param>
/// <param name="Name" example="NVIDIA H100">Its own name.</param>
/// <param name="MemoryBytes" example="85899345920">Memory that work may use.</param>
/// <param name="Cores" example="132">Processor cores or multiprocessors.</param>
/// <param name="Region" example="eu">Where it stands.</param>
/// <param name="SlotsFree" example="1">Work that it could take now.</param>
/// <param name="Ask">What its provider asks, in USDC.</param>
/// <param name="HeardAt">When its agent was last heard.</param>
/// <param name="RenderScore" example="104.2">
/// How fast it traces renders, by its agent's word; 100 is the reference device. Null where it was not measured.
/// </param>
internal sealed record OfferResponse(
    DeviceId Device,
    string DeviceClass,
    DeviceKind Kind,
    string Name,
    long MemoryBytes,
    int Cores,
    string Region,
    int SlotsFree,
    PriceCap Ask,
    DateTimeOffset HeardAt,
    RenderScore? RenderScore)
{
    public static OfferResponse From(Offer offer) => new(
        offer.Device,
        offer.Class.Value,
        offer.Spec.Kind,
        offer.Spec.Name,
        offer.Spec.MemoryBytes,
        offer.Spec.Cores,
        offer.Spec.Region,
        offer.SlotsFree,
        PriceCap.From(offer.Ask),
        offer.HeardAt,
        offer.Spec.Score);
}
