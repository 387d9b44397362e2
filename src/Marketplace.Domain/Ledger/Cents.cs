namespace Marketplace.Domain.Ledger;

/// <summary>
/// Whole US cents, as a card processor and a bank count; never negative. In the books a cent is 10,000 micro-USD, and
/// a card payment buys the same number of micro-USDC.
/// </summary>
[GenerateSerializer, Immutable, Alias("Cents")]
public readonly record struct Cents
{
    /// <summary>Micro-USD, and micro-USDC at par, in one cent.</summary>
    public const long MicrosPerCent = 10_000;

    /// <summary>The largest amount of one leg of a journal.</summary>
    public static readonly Cents Largest = new(Ledger.Usdc.Largest.Micros / MicrosPerCent);

    private Cents(long value) => Value = value;

    [Id(0)]
    public long Value { get; }

    /// <summary>Smallest units of the books' dollar accounts.</summary>
    public long MicroUsd => checked(Value * MicrosPerCent);

    /// <summary>The same value in USDC, at par.</summary>
    public Usdc Usdc => Usdc.FromMicros(MicroUsd);

    /// <exception cref="ArgumentOutOfRangeException">Negative, or above <see cref="Largest"/>.</exception>
    public static Cents From(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Largest.Value);
        return new(value);
    }

    /// <summary>The whole cents in an amount of USDC; the remainder stays with its owner.</summary>
    public static Cents Floor(Usdc amount) => From(amount.Micros / MicrosPerCent);

    /// <summary>Dollars with two places, such as <c>12.50</c>.</summary>
    public override string ToString() =>
        (Value / 100m).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
}
