using System.Data.Common;
using System.Text.Json;
using Dapper;
using Marketplace.Ledger.Sql;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Compares charges and receipts both ways: one receipt for each charge, of its amount, not above what was set aside,
/// and for text the price of what was metered. Receipts are read in pages.
/// </summary>
internal sealed class ReceiptCheck(SqlDialect dialect)
{
    public const string Id = "10";

    public const string Statement =
        "each charge has one receipt of its amount, which is the price of what was metered, within its escrow";

    private const int PageSize = 500;
    private const long Million = 1_000_000;

    private const string Unexplained =
        """
        SELECT bare.key || ' has no receipt' FROM (
          SELECT key FROM command WHERE kind = 'charge'
            AND (key LIKE 'charge:job!_%' ESCAPE '!' OR key LIKE 'charge:rnd!_%' ESCAPE '!')
          EXCEPT SELECT 'charge:' || work FROM receipt
          EXCEPT SELECT 'charge:' || work || ':' || provider FROM receipt) AS bare
        """;

    public async Task<InvariantResult> Run(DbConnection connection, CancellationToken cancel)
    {
        var findings = new List<string>();
        var after = 0L;
        int read;

        do
        {
            var page = (await connection.QueryAsync<ReceiptRow>(new(
                $"""
                SELECT seq AS Seq, id AS Id, work AS Work, provider AS Provider, body AS Body
                FROM receipt WHERE seq > @after ORDER BY seq LIMIT {PageSize}
                """,
                new { after },
                cancellationToken: cancel))).AsList();
            read = page.Count;

            if (read > 0)
            {
                after = page[^1].Seq;
                await Compare(connection, page, findings, cancel);
            }
        }
        while (read == PageSize && findings.Count < InvariantResult.FindingsMax);

        findings.AddRange(await connection.QueryAsync<string>(new(
            $"{Unexplained} LIMIT {InvariantResult.FindingsMax}", cancellationToken: cancel)));

        return InvariantResult.From(Id, Statement, findings);
    }

    private async Task Compare(
        DbConnection connection, List<ReceiptRow> page, List<string> findings, CancellationToken cancel)
    {
        var keys = page.SelectMany(receipt => new[]
        {
            new { key = $"charge:{receipt.Work}" },
            new { key = $"charge:{receipt.Work}:{receipt.Provider}" },
        });
        var charges = (await connection.QueryAsync<ChargeRow>(new(
            $"""
            SELECT command.key AS Key, posting.amount AS Amount, CAST(COALESCE((
              SELECT SUM(fund.amount) FROM posting AS fund
              WHERE fund.account_id = posting.account_id AND fund.amount < 0), 0) AS BIGINT) AS Funded
            FROM {dialect.Rows("@keys", "key text")}
            JOIN command ON command.key = r.key JOIN posting ON posting.seq = command.seq AND posting.amount > 0
            """,
            new { keys = JsonSerializer.Serialize(keys) },
            cancellationToken: cancel)))
            .GroupBy(row => row.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

        foreach (var receipt in page)
        {
            var charge = charges.GetValueOrDefault($"charge:{receipt.Work}:{receipt.Provider}")
                ?? charges.GetValueOrDefault($"charge:{receipt.Work}");

            if (WhyWrong(receipt, charge) is { } why)
            {
                findings.Add($"{receipt.Id}: {why}");
            }
        }
    }

    private static string? WhyWrong(ReceiptRow receipt, ChargeRow? charge)
    {
        if (charge is null)
        {
            return $"{receipt.Work} was not charged";
        }

        if (charge.Amount > -charge.Funded)
        {
            return $"{charge.Amount} were charged and {-charge.Funded} set aside";
        }

        try
        {
            using var body = JsonDocument.Parse(receipt.Body);
            return WhyWrong(body.RootElement, charge);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? WhyWrong(JsonElement body, ChargeRow charge)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("charge", out var told))
        {
            return null;
        }

        var amount = told.Deserialize<Domain.Ledger.Usdc>().Micros;

        if (amount != charge.Amount)
        {
            return $"{amount} on the receipt, {charge.Amount} in the books";
        }

        var price = Price(body);
        return price is null || amount == Math.Min(price.Value, -charge.Funded)
            ? null
            : $"{amount} were charged for a price of {price}";
    }

    /// <summary>Tokens at the locked ask, each product floored; null for other work.</summary>
    private static long? Price(JsonElement body)
    {
        if (!body.TryGetProperty("kind", out var kind) || kind.GetString() != "text"
            || !body.TryGetProperty("meter", out var meter) || !body.TryGetProperty("price", out var price)
            || !meter.TryGetProperty("promptTokens", out var prompt)
            || !meter.TryGetProperty("outputTokens", out var output)
            || !price.TryGetProperty("promptTokens", out var promptPrice)
            || !price.TryGetProperty("outputTokens", out var outputPrice))
        {
            return null;
        }

        return (promptPrice.Deserialize<Domain.Ledger.Usdc>().TimesFloor(prompt.GetInt64(), Million)
            + outputPrice.Deserialize<Domain.Ledger.Usdc>().TimesFloor(output.GetInt64(), Million)).Micros;
    }

    private sealed record ReceiptRow(long Seq, string Id, string Work, string Provider, string Body);

    private sealed class ChargeRow
    {
        public string Key { get; set; } = string.Empty;

        public long Amount { get; set; }

        public long Funded { get; set; }
    }
}
