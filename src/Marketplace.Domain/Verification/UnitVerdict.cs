namespace Marketplace.Domain.Verification;

/// <summary>What a check of a render unit found.</summary>
/// <param name="Leaf">The worst that was found of its leaves.</param>
/// <param name="Leaves">Leaves that were traced again and told something.</param>
/// <param name="AgreeingPpm">
/// Least share of a leaf's noisy pixels that agree, in millionths; 0 where none was traced.
/// </param>
/// <param name="Cause">Why it is not accepted: one of the words here; null where it is.</param>
[GenerateSerializer, Immutable, Alias("UnitVerdict")]
public sealed record UnitVerdict(
    [property: Id(0)] LeafVerdict Leaf,
    [property: Id(1)] int Leaves,
    [property: Id(2)] int AgreeingPpm,
    [property: Id(3)] string? Cause)
{
    /// <summary>The leaves are not those that were committed to, or no sums at all.</summary>
    public const string OtherLeaves = "other-leaves";

    /// <summary>The leaves do not add up to what was delivered.</summary>
    public const string OtherSums = "other-sums";

    /// <summary>A leaf is not made of the samples that were ordered.</summary>
    public const string OtherSamples = "other-samples";

    /// <summary>A leaf is close to what was ordered, and not close enough.</summary>
    public const string NearSamples = "near-samples";

    /// <summary>Of a unit whose leaves need not be traced to see that it does not stand.</summary>
    public static UnitVerdict Unfit(string cause) => new(LeafVerdict.Rejected, 0, 0, cause);

    /// <summary>Of leaves that were traced again; null where none of them tells anything.</summary>
    /// <param name="leaves">Each leaf's verdict, and the share of its noisy pixels that agree, 0 to 1.</param>
    public static UnitVerdict? Of(IReadOnlyCollection<(LeafVerdict Leaf, double Agreeing)> leaves)
    {
        var telling = leaves.Where(one => one.Leaf != LeafVerdict.Uninformative).ToArray();

        if (telling.Length == 0)
        {
            return null;
        }

        // The enumeration goes from good to bad.
        var worst = telling.Max(one => one.Leaf);
        var least = telling.Min(one => one.Agreeing);

        return new(
            worst,
            telling.Length,
            least is >= 0 and <= 1 ? (int)(least * AuditDraw.Million) : 0,
            worst switch
            {
                LeafVerdict.Rejected => OtherSamples,
                LeafVerdict.ThirdOpinion => NearSamples,
                _ => null,
            });
    }
}
