using Marketplace.Domain.Accounts;
using Marketplace.Domain.Invoices;
using Marketplace.Ledger;
using Marketplace.Ledger.Invoices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Invoices;

/// <summary>
/// Issues every account's invoice when a month is over, whether anybody asks for it or not. Safe to run on every host
/// at once: the books take one an account and month.
/// </summary>
internal sealed partial class InvoiceSweep(
    InvoiceRows rows, IRegister register, TimeProvider clock, ILogger<InvoiceSweep> log) : BackgroundService
{
    /// <summary>Accounts that are read at once.</summary>
    internal const int PageMax = 500;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(10);

    private InvoiceMonth? _done;

    /// <summary>Issues what is due, once a month; what failed is tried again with the next run.</summary>
    public async Task Run(CancellationToken cancel)
    {
        var month = InvoiceMonth.Of(clock.GetUtcNow() - InvoiceRows.Settles);

        if (_done == month)
        {
            return;
        }

        var isWhole = true;

        // Every page is further down the list, so this ends.
        for (long? before = null; ;)
        {
            var page = await register.List(RegisterKinds.Account, null, null, before, PageMax, cancel);

            foreach (var row in page)
            {
                isWhole &= await TryIssue(AccountId.Parse(row.Id), cancel);
            }

            if (page.Count < PageMax)
            {
                break;
            }

            before = page[^1].Sequence;
        }

        _done = isWhole ? month : null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(LookEvery, clock);

        do
        {
            try
            {
                await Run(stoppingToken);
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                LogMissed(log, problem);
            }
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One account that fails keeps no other from its invoice.</summary>
    private async Task<bool> TryIssue(AccountId account, CancellationToken cancel)
    {
        try
        {
            await rows.Issue(account, cancel);
            return true;
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested)
        {
            LogNotIssued(log, problem, account);
            return false;
        }
    }

    [LoggerMessage(5501, LogLevel.Warning, "Invoices could not be issued; the next look tries again")]
    private static partial void LogMissed(ILogger log, Exception problem);

    [LoggerMessage(5502, LogLevel.Error, "The invoices of {Account} could not be issued; the next look tries again")]
    private static partial void LogNotIssued(ILogger log, Exception problem, AccountId account);
}
