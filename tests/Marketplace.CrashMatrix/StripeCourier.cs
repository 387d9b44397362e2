using Marketplace.StripeSim;

namespace Marketplace.CrashMatrix;

/// <summary>
/// Brings StripeSim's messages to the host as Stripe does: again until a 2xx, some twice, some late, some never (those
/// the host fetches itself).
/// </summary>
internal sealed class StripeCourier(Market market, Random random)
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(50);

    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    private Uri Endpoint => new(market.Host.Url + "/webhooks/stripe");

    /// <summary>Delivers until it is over.</summary>
    public async Task Run(CancellationToken over)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(5) };
        using var pace = new PeriodicTimer(Round);

        try
        {
            while (await pace.WaitForNextTickAsync(over))
            {
                var waiting = market.Stripe.World.Events.Where(one => !_told.Contains(one.Id)).ToArray();
                random.Shuffle(waiting);

                foreach (var one in waiting.Where(one => !IsLost(one)))
                {
                    await Bring(http, one, over);
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The story is over.
        }
    }

    /// <summary>One of eight is never sent.</summary>
    private bool IsLost(SimEvent one)
    {
        if (!_lost.Contains(one.Id) && random.Next(8) == 0)
        {
            _lost.Add(one.Id);
            _told.Add(one.Id);
        }

        return _lost.Contains(one.Id);
    }

    private async Task Bring(HttpClient http, SimEvent one, CancellationToken over)
    {
        try
        {
            var delivery = new Delivery { Secrets = [Market.WebhookSecret] };
            var status = await market.Stripe.Deliver(http, Endpoint, one, delivery, over);

            if (status is >= 200 and < 300 && random.Next(4) != 0)
            {
                // One of four is sent again though it was taken.
                _told.Add(one.Id);
            }
        }
        catch (Exception away) when (away is HttpRequestException || !over.IsCancellationRequested)
        {
            // The host is away: again with the next round.
        }
    }
}
