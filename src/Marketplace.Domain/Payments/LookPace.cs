namespace Marketplace.Domain.Payments;

/// <summary>How often a top-up is looked at though no event came.</summary>
/// <param name="Unknown">While the outcome of a call is unknown.</param>
/// <param name="Waiting">While the customer or the processor has something to do.</param>
/// <param name="Disputed">While a dispute is open.</param>
public sealed record LookPace(TimeSpan Unknown, TimeSpan Waiting, TimeSpan Disputed);
