namespace Marketplace.Grains.Compliance;

/// <summary>Why nobody can be screened now: payouts and wallet changes wait, everything else goes on.</summary>
/// <param name="Code">Stable: <c>compliance-list-missing</c> or <c>compliance-list-stale</c>.</param>
/// <param name="Why">For people.</param>
internal sealed record ListTrouble(string Code, string Why)
{
    public const string Missing = "compliance-list-missing";
    public const string Stale = "compliance-list-stale";

    public override string ToString() => $"{Code}: {Why}";
}
