namespace Marketplace.Domain.Market;

/// <summary>A device as the placement of models sees it.</summary>
/// <param name="Offer">What it offers, with the models that it says it has.</param>
/// <param name="Placed">Since when it was asked to keep which models.</param>
/// <param name="Cooling">Models that it is not asked for again, and until when.</param>
public sealed record ModelHost(
    Offer Offer,
    IReadOnlyDictionary<string, DateTimeOffset> Placed,
    IReadOnlyDictionary<string, DateTimeOffset> Cooling)
{
    public bool HasLoaded(string sha256) => Offer.Models?.HasLoaded(sha256) == true;

    /// <summary>Asked for the model, and not done with loading it.</summary>
    public bool IsLoading(string sha256) => Placed.ContainsKey(sha256) && !HasLoaded(sha256);

    public bool IsCooling(string sha256, DateTimeOffset now) =>
        Cooling.TryGetValue(sha256, out var until) && now < until;
}
