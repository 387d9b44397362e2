namespace Marketplace.Domain.Market;

/// <summary>How one rule thinned out the offers: sent with every refusal and every quote.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Excluded">Offers that it excludes.</param>
/// <param name="OnlyThisRule">Offers that it alone excludes.</param>
/// <param name="Example">One offer's detail.</param>
[GenerateSerializer, Immutable, Alias("WhyNot")]
public sealed record WhyNot(
    [property: Id(0)] string Rule,
    [property: Id(1)] int Excluded,
    [property: Id(2)] int OnlyThisRule,
    [property: Id(3)] string Example)
{
    public static IReadOnlyList<WhyNot> Explain(IEnumerable<Offer> offers, WorkNeeds needs)
    {
        var refusals = offers
            .Select(offer => Admission.Admit.Check(offer, needs))
            .Where(found => found.Count > 0)
            .ToArray();

        return
        [
            .. refusals.SelectMany(found => found).GroupBy(refusal => refusal.Rule, StringComparer.Ordinal)
                .Select(group => new WhyNot(
                group.Key,
                group.Count(),
                refusals.Count(found => found.Count == 1 && found[0].Rule == group.Key),
                group.First().Detail)),
        ];
    }
}
