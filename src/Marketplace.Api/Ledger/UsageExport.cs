using System.Globalization;
using System.Text.Json;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Ledger;

/// <summary>
/// Writes an account's movements of a time, newest first, page by page as they are read: no export is ever held in
/// memory.
/// </summary>
internal sealed class UsageExport(IGrainFactory grains, IOptions<JsonOptions> json)
{
    /// <summary>Most movements of one export; the file says when there are more.</summary>
    public const int RowsMax = 100_000;

    private const int PageSize = 100;
    private const string CsvHead = "at,event,reference,amount,balanceAfter\r\n";

    /// <summary>Comma-separated values (RFC 4180); a last line begins with <c>#</c> when there is more.</summary>
    public async Task WriteCsv(AccountId account, UsagePeriod period, HttpResponse response)
    {
        var cancel = response.HttpContext.RequestAborted;
        response.ContentType = "text/csv; charset=utf-8; header=present";
        response.Headers.ContentDisposition = "attachment; filename=\"usage.csv\"";
        await response.WriteAsync(CsvHead, cancel);
        var rows = 0;

        await foreach (var move in Read(account, period, cancel))
        {
            if (++rows > RowsMax)
            {
                await response.WriteAsync($"# more than {RowsMax} movements: ask for a shorter time\r\n", cancel);
                return;
            }

            await response.WriteAsync(
                $"{move.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)},{Quote(move.Event)},"
                + $"{Quote(move.Reference)},{move.Amount},{move.BalanceAfter}\r\n",
                cancel);
        }
    }

    /// <summary>An object with <c>data</c>, and at its end <c>hasMore</c>.</summary>
    public async Task WriteJson(AccountId account, UsagePeriod period, HttpResponse response)
    {
        var cancel = response.HttpContext.RequestAborted;
        response.ContentType = "application/json; charset=utf-8";
        await response.WriteAsync("{\"data\":[", cancel);
        var rows = 0;

        await foreach (var move in Read(account, period, cancel))
        {
            if (++rows > RowsMax)
            {
                break;
            }

            var text = JsonSerializer.Serialize(MovementResponse.From(move), json.Value.SerializerOptions);
            await response.WriteAsync(rows == 1 ? text : $",{text}", cancel);
        }

        await response.WriteAsync(rows > RowsMax ? "],\"hasMore\":true}" : "],\"hasMore\":false}", cancel);
    }

    private static string Quote(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private async IAsyncEnumerable<StatementView> Read(
        AccountId account,
        UsagePeriod period,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var statement = grains.GetGrain<IStatementGrain>(0);
        long? before = null;

        do
        {
            var page = await statement.Usage(account, before, PageSize, cancel);

            foreach (var move in page.Data)
            {
                if (move.At < period.From)
                {
                    yield break;
                }

                if (move.At < period.To)
                {
                    yield return move;
                }
            }

            before = page.Next;
        }
        while (before is not null);
    }
}
