using Marketplace.Grains.Abstractions.Payments;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payments;

/// <summary>
/// Has card payments looked after again and again, and tells at the start of endpoints of another version.
/// </summary>
internal sealed partial class CardSweep(
    IGrainFactory grains, CardSource source, IOptions<PaymentOptions> options, TimeProvider clock,
    ILogger<CardSweep> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (source.Cards is not { } cards)
        {
            return;
        }

        using var pace = new PeriodicTimer(options.Value.SweepEvery, clock);
        var isChecked = false;

        do
        {
            try
            {
                isChecked = isChecked || await Check(cards, stoppingToken);
                await grains.GetGrain<IPaymentOfficeGrain>(0).Keep(stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException
                || !stoppingToken.IsCancellationRequested)
            {
                Missed(log, problem);
            }
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<bool> Check(Marketplace.Stripe.StripeCards cards, CancellationToken cancel)
    {
        foreach (var (url, version) in await cards.Endpoints(cancel))
        {
            if (version.Length > 0 && version != Marketplace.Stripe.StripeCards.ApiVersion)
            {
                OtherVersion(log, url, version, Marketplace.Stripe.StripeCards.ApiVersion);
            }
        }

        return true;
    }

    [LoggerMessage(EventId = 5310, Level = LogLevel.Warning, Message = "Card payments could not be looked after")]
    private static partial void Missed(ILogger log, Exception problem);

    [LoggerMessage(
        EventId = 5311,
        Level = LogLevel.Warning,
        Message = "The webhook endpoint {Url} is told in version {Version}, we read {Ours}: set it there")]
    private static partial void OtherVersion(ILogger log, string url, string version, string ours);
}
