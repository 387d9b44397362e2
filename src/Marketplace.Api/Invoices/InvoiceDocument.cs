using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Marketplace.Domain.Invoices;

namespace Marketplace.Api.Invoices;

/// <summary>
/// An invoice as a page to print and as comma-separated values. Both are made of what was issued alone.
/// </summary>
internal static class InvoiceDocument
{
    private const string Head =
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Invoice</title><style>
        body{font:11pt/1.4 sans-serif;max-width:42em;margin:3em auto;padding:0 1em}
        table{border-collapse:collapse;width:100%;margin-top:2em}
        th,td{text-align:left;padding:.4em;border-bottom:1px solid #ccc}
        td:nth-child(n+2),th:nth-child(n+2){text-align:right;font-variant-numeric:tabular-nums}
        tfoot td{border:0;font-weight:bold}address{font-style:normal;white-space:pre-line;margin-top:1.5em}
        @media print{body{margin:0}}
        </style></head><body>

        """;

    /// <summary>A page that fits a sheet; whatever an account has written is text and never markup.</summary>
    public static string Html(Invoice invoice)
    {
        var page = new StringBuilder(Head);
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Title(invoice)}</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>Work in {invoice.Month} (UTC), account {invoice.Account}<br>\n");
        page.Append(CultureInfo.InvariantCulture, $"Issued {invoice.IssuedAt.UtcDateTime:yyyy-MM-dd}</p>\n");
        page.Append("<address>").AppendJoin(
            "\n",
            new[] { invoice.BillTo.Name, invoice.BillTo.Address, invoice.BillTo.Country, invoice.BillTo.TaxId }
                .Where(line => line.Length > 0)
                .Select(HtmlEncoder.Default.Encode));
        page.Append("</address>\n<table><thead><tr><th>Product</th><th>Count</th><th>USDC</th></tr></thead><tbody>\n");

        foreach (var line in invoice.Lines)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{line.Product}</td><td>{line.Count}</td><td>{line.Amount}</td></tr>\n");
        }

        page.Append(
            CultureInfo.InvariantCulture,
            $"</tbody><tfoot><tr><td>Total</td><td></td><td>{invoice.Total}</td></tr></tfoot></table>\n");
        page.Append("<p>Paid from the account's balance when the work was done.</p>\n</body></html>\n");
        return page.ToString();
    }

    /// <summary>RFC 4180; the last line is the total.</summary>
    public static string Csv(Invoice invoice)
    {
        var text = new StringBuilder("invoice,month,product,count,amount\r\n");

        foreach (var line in invoice.Lines)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{invoice.Number},{invoice.Month},{line.Product},{line.Count},{line.Amount}\r\n");
        }

        return text
            .Append(CultureInfo.InvariantCulture, $"{invoice.Number},{invoice.Month},total,,{invoice.Total}\r\n")
            .ToString();
    }

    private static string Title(Invoice invoice) => $"Invoice {invoice.Number}";
}
