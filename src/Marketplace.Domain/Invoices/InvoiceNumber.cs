using System.Globalization;

namespace Marketplace.Domain.Invoices;

/// <summary>
/// Numbers one invoice of the marketplace, such as <c>INV-000042</c>: from 1 on, without a gap. The default value, 0,
/// is that of a preview.
/// </summary>
[GenerateSerializer, Immutable, Alias("InvoiceNumber")]
public readonly record struct InvoiceNumber
{
    private const string Prefix = "INV-";
    private const int DigitsMin = 6;
    private const int DigitsMax = 18;

    private InvoiceNumber(long value) => Value = value;

    [Id(0)]
    public long Value { get; }

    public static InvoiceNumber From(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return new(value);
    }

    /// <summary>False for what cannot be a number; a number is written in one way only.</summary>
    public static bool TryParse(string text, out InvoiceNumber number)
    {
        var isRight = text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.Length - Prefix.Length is >= DigitsMin and <= DigitsMax
            && text.AsSpan(Prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;
        number = isRight ? new(long.Parse(text.AsSpan(Prefix.Length), CultureInfo.InvariantCulture)) : default;

        return number.Value > 0 && number.ToString() == text;
    }

    public override string ToString() => Prefix + Value.ToString("D6", CultureInfo.InvariantCulture);
}
