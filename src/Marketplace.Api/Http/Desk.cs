using Marketplace.Api.Inference;
using Marketplace.Api.Market;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Http;

/// <summary>What every handler needs at hand: the cluster, the time, the settings.</summary>
internal sealed record Desk(
    IGrainFactory Grains,
    TimeProvider Clock,
    IOptions<ApiOptions> Settings,
    KnownModels Models,
    KnownOffers Offers)
{
    public ApiOptions Options => Settings.Value;

    public DateTimeOffset Now => Clock.GetUtcNow();
}
