using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Inference;

/// <summary>A text to be checked.</summary>
/// <param name="Job">Its job.</param>
/// <param name="Order">What was ordered.</param>
/// <param name="Tokens">The whole text.</param>
/// <param name="Prefix">How many of its tokens earlier devices had made.</param>
/// <param name="Provider">Whose device made the rest.</param>
/// <param name="Kind">What that device says that it is.</param>
/// <param name="Model">
/// The same with its name, see <see cref="DeviceClass.ModelOf"/>; null where that is not known.
/// </param>
/// <param name="Claim">What it delivered; null where the text was cut short before its end.</param>
public sealed record LogitAuditRequest(
    JobId Job,
    InferenceOrder Order,
    IReadOnlyList<Token> Tokens,
    int Prefix,
    ProviderId Provider,
    DeviceKind Kind,
    string? Model,
    DeliveredEnd? Claim);
