using System.Globalization;
using System.Text;

namespace Marketplace.Domain.Payments;

/// <summary>
/// What is told to a bank about a disputed top-up: what the customer got for the money, with receipts.
/// </summary>
public static class DisputeEvidence
{
    /// <summary>Most characters that the processor takes.</summary>
    public const int LengthMax = 20_000;

    /// <param name="topUp">The disputed payment.</param>
    /// <param name="receipts">A line for each receipt of the account, newest first; the rest is counted.</param>
    public static string Write(TopUp topUp, IReadOnlyList<string> receipts)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Top-up {topUp.Id} of account {topUp.Account}: ");
        text.Append(CultureInfo.InvariantCulture, $"{topUp.Received} USD of prepaid GPU compute credit, ");
        text.Append(CultureInfo.InvariantCulture, $"paid {topUp.PaidAt:O}. The credit was available at once. ");
        text.Append("Work that the account ordered and got, each with a receipt whose SHA-256 stands in a chain:\n");
        var left = receipts.Count;

        foreach (var line in receipts)
        {
            if (text.Length + line.Length > LengthMax - 100)
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

        return receipts.Count == 0 ? $"{text}none yet.\n" : text.ToString();
    }
}
