using System.Globalization;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Writes journals in hledger's format (hledger.org), so that a program that shares nothing with this one can add the
/// books up. Amounts are decimals of the asset; each account has one asset.
/// </summary>
public static class HledgerJournal
{
    private const int UsdPlaces = 6;
    private const int SolPlaces = 9;

    private const string Head =
        """
        ; Written by verify-books. One transaction for each journal of the books, in their order.
        commodity 1.000000 usdc
        commodity 1.000000 usd
        commodity 1.000000000 sol

        """;

    /// <summary>Writes as the journals come; answers how many there were.</summary>
    public static async Task<long> Write(
        TextWriter writer, IAsyncEnumerable<StoredJournal> journals, CancellationToken cancel = default)
    {
        var count = 0L;
        await writer.WriteLineAsync(Head);

        await foreach (var journal in journals.WithCancellation(cancel))
        {
            var day = journal.AtMicros.ToTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            await writer.WriteLineAsync($"{day} * ({journal.Sequence}) {journal.Kind}  ; {Comment(journal.Key)}");

            foreach (var posting in journal.Postings)
            {
                await writer.WriteLineAsync($"    {posting.Account}  {Amount(posting)}");
            }

            await writer.WriteLineAsync();
            count++;
        }

        return count;
    }

    /// <summary>Decimal places of an asset's unit.</summary>
    public static int Places(string asset) => asset == "sol" ? SolPlaces : UsdPlaces;

    private static string Amount(StoredPosting posting)
    {
        var asset = posting.Account.Split(':', 3)[1];
        var places = Places(asset);
        var digits = Math.Abs((decimal)posting.Amount).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        var sign = posting.Amount < 0 ? "-" : string.Empty;

        return $"{sign}{digits[..^places]}.{digits[^places..]} {asset}";
    }

    /// <summary>A key on one line, whatever is in it.</summary>
    private static string Comment(string key) =>
        string.Concat(key.Select(letter => char.IsControl(letter) ? '?' : letter));
}
