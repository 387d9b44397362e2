using Marketplace.Domain.Invoices;

namespace Marketplace.Domain.Tests.Invoices;

public sealed class InvoiceNumberTests
{
    [Theory]
    [InlineData(1, "INV-000001")]
    [InlineData(1_234_567, "INV-1234567")]
    public void A_number_is_written_and_read_in_one_way(long value, string text)
    {
        Assert.Equal(text, $"{InvoiceNumber.From(value)}");
        Assert.True(InvoiceNumber.TryParse(text, out var read));
        Assert.Equal(value, read.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("INV-1")]
    [InlineData("INV-000000")]
    [InlineData("INV-0000001")]
    [InlineData("inv-000001")]
    [InlineData("INV-00000x")]
    [InlineData("INV-9999999999999999999")]
    public void What_is_no_number_is_refused(string text) => Assert.False(InvoiceNumber.TryParse(text, out _));

    [Theory]
    [InlineData("2026-12-31T23:59:59.999Z", "2026-12", "2027-01")]
    [InlineData("2027-01-01T00:30:00+01:00", "2026-12", "2027-01")]
    public void A_month_begins_and_ends_in_utc(string moment, string month, string next)
    {
        var of = InvoiceMonth.Of(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal((month, next), ($"{of}", $"{of.Next}"));
        Assert.Equal(InvoiceMonth.Parse(month), of);
        Assert.Equal(of.End, of.Next.Begin);
    }
}
