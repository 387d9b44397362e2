using Marketplace.Api.Market;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Devices;

namespace Marketplace.Api.Devices;

/// <summary>A device of a provider.</summary>
/// <param name="Id" example="dev_01j9zq8k3v7r2m5x4c6b8n0t1w">The device.</param>
/// <param name="Provider" example="prov_01j9zq8k3v7r2m5x4c6b8n0t1w">Its provider.</param>
/// <param name="DeviceClass" example="cuda.nvidia-h100.eu">The part of the market it trades in.</param>
/// <param name="Kind" example="cuda">What executes the work: host, cuda or openCl.</param>
/// <param name="Name" example="NVIDIA H100">Its own name.</param>
/// <param name="MemoryBytes" example="85899345920">Memory that work may use.</param>
/// <param name="Cores" example="132">Processor cores or multiprocessors.</param>
/// <param name="Region" example="eu">Where it stands.</param>
/// <param name="Slots" example="1">Attempts that may run side by side.</param>
/// <param name="AgentVersion" example="0.1.0">Version of its agent.</param>
/// <param name="Ask">What it asks, in USDC.</param>
/// <param name="Standing" example="listed">listed, draining, suspended or setAside.</param>
/// <param name="Connected" example="true">Whether its agent is there.</param>
/// <param name="HeardAt">When its agent was last heard.</param>
/// <param name="Running" example="1">Attempts it holds now.</param>
/// <param name="PublicKey">Ed25519 public key of its agent, base64.</param>
/// <param name="EnrolledAt">When it was enrolled.</param>
/// <param name="FailedAudits" example="0">Failed checks that count against it now.</param>
/// <param name="RenderScore" example="104.2">
/// How fast it traces renders, as measured when it was enrolled; 100 is the reference device. Null where it was not.
/// </param>
internal sealed record DeviceResponse(
    DeviceId Id,
    ProviderId Provider,
    string DeviceClass,
    DeviceKind Kind,
    string Name,
    long MemoryBytes,
    int Cores,
    string Region,
    int Slots,
    string AgentVersion,
    PriceCap Ask,
    DeviceStanding Standing,
    bool Connected,
    DateTimeOffset? HeardAt,
    int Running,
    string PublicKey,
    DateTimeOffset EnrolledAt,
    int FailedAudits,
    RenderScore? RenderScore)
{
    public static DeviceResponse From(DeviceView view) => new(
        view.Id,
        view.Provider,
        Domain.Devices.DeviceClass.Of(view.Spec).Value,
        view.Spec.Kind,
        view.Spec.Name,
        view.Spec.MemoryBytes,
        view.Spec.Cores,
        view.Spec.Region,
        view.Spec.Slots,
        view.Spec.AgentVersion,
        PriceCap.From(view.Ask),
        view.Standing,
        view.Connected,
        view.HeardAt,
        view.Running,
        Convert.ToBase64String(view.PublicKey),
        view.EnrolledAt,
        view.FailedAudits,
        view.Spec.Score);
}
