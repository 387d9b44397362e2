using System.Globalization;
using System.Text;
using Marketplace.Domain.Accounts;

namespace Marketplace.Domain.Payments;

/// <summary>
/// What is told to a bank about a disputed top-up: what the customer got for the money, with receipts, and how the
/// account was used since it was paid.
/// </summary>
public static class DisputeEvidence
{
    /// <summary>
    /// Most characters that Stripe takes in one field (<c>uncategorized_text</c>, <c>access_activity_log</c>); all
    /// fields together may have 150,000.
    /// </summary>
    public const int LengthMax = 20_000;

    /// <summary>What is kept free for the line that counts the rest.</summary>
    private const int RestLength = 100;

    /// <param name="topUp">The disputed payment.</param>
    /// <param name="receipts">A line for each receipt of the account, newest first; the rest is counted.</param>
    public static string Write(TopUp topUp, IReadOnlyList<string> receipts)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Top-up {topUp.Id} of account {topUp.Account}: ");
        text.Append(CultureInfo.InvariantCulture, $"{topUp.Received} USD of prepaid GPU compute credit, ");
        text.Append(CultureInfo.InvariantCulture, $"paid {topUp.PaidAt:O}. The credit was available at once. ");
        text.Append("Work that the account ordered and got, each with a receipt whose SHA-256 stands in a chain:\n");
        return Filled(text, receipts);
    }

    /// <summary>When, with which key, from where and for what the account was used.</summary>
    /// <param name="topUp">The disputed payment.</param>
    /// <param name="accesses">Since it was paid, newest first; the rest is counted.</param>
    public static string WriteAccess(TopUp topUp, IReadOnlyList<AccountAccess> accesses)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Requests of account {topUp.Account} that were answered since ");
        text.Append(CultureInfo.InvariantCulture, $"{topUp.PaidAt ?? topUp.CreatedAt:O}, by hour: first and last one ");
        text.Append("(UTC), the API key they were signed in with, network address, request, how many:\n");

        return Filled(
            text,
            [
                .. accesses.Select(one => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{one.First:yyyy-MM-dd HH:mm:ss}-{one.Last:HH:mm:ss} {one.Key} {one.Address} {one.What}"
                        + $" {one.Calls}x")),
            ]);
    }

    private static string Filled(StringBuilder text, IReadOnlyList<string> lines)
    {
        var left = lines.Count;

        foreach (var line in lines)
        {
            if (text.Length + line.Length > LengthMax - RestLength)
            {
                break;
            }

            text.Append(line).Append('\n');
            left--;
        }

        if (left > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"and {left} more.\n");
        }

        return lines.Count == 0 ? $"{text}none yet.\n" : text.ToString();
    }
}
