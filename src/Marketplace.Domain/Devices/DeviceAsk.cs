using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Devices;

/// <summary>What the provider asks for work on a device. Locked into an attempt when it begins.</summary>
/// <param name="PromptTokens">USDC per million prompt tokens.</param>
/// <param name="OutputTokens">USDC per million generated tokens.</param>
/// <param name="Megasample">USDC per million pixel samples of a render.</param>
[GenerateSerializer, Immutable, Alias("DeviceAsk")]
public sealed record DeviceAsk(
    [property: Id(0)] Usdc PromptTokens,
    [property: Id(1)] Usdc OutputTokens,
    [property: Id(2)] Usdc Megasample)
{
    /// <summary>True when no part of this ask is above that of the cap.</summary>
    public bool IsWithin(DeviceAsk cap) =>
        PromptTokens <= cap.PromptTokens && OutputTokens <= cap.OutputTokens && Megasample <= cap.Megasample;
}
