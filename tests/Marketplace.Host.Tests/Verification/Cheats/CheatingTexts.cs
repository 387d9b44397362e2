using Marketplace.Compute.Inference.Sampling;

namespace Marketplace.Host.Tests.Verification.Cheats;

/// <summary>What a table's texts are asked for with.</summary>
/// <param name="Count">Texts of each kind.</param>
/// <param name="Tokens">Most tokens of a text.</param>
/// <param name="Temperature">0 is greedy.</param>
internal sealed record CheatingTexts(int Count, int Tokens, double Temperature)
{
    public SamplingFilters Filters { get; init; } = SamplingFilters.None;
}
