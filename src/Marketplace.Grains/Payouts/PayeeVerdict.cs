namespace Marketplace.Grains.Payouts;

/// <summary>Whether a recipient can be paid now.</summary>
internal abstract record PayeeVerdict
{
    private PayeeVerdict()
    {
    }

    public sealed record Fit(Payee Payee) : PayeeVerdict;

    public sealed record Unfit(string Why) : PayeeVerdict;
}
