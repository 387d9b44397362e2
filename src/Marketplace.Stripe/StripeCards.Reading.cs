using System.Globalization;
using System.Net;
using System.Text.Json;
using Marketplace.Domain.Payments;
using Stripe;
using Stripe.Checkout;

namespace Marketplace.Stripe;

/// <content>Reading: nothing here changes anything at Stripe.</content>
public sealed partial class StripeCards
{
    /// <summary>Pages of one list that are read before giving up.</summary>
    public const int PagesMax = 100;

    private static readonly List<string> WithFee = ["latest_charge.balance_transaction"];
    private static readonly TimeSpan ClockSkewMax = TimeSpan.FromMinutes(5);

    /// <summary>Everything that Stripe has on a top-up, now.</summary>
    /// <exception cref="StripeReadException">Stripe does not answer.</exception>
    public Task<CardFacts> Read(TopUp topUp, CancellationToken cancel) => Ask(async () =>
    {
        var page = topUp.Session is { } session && topUp.PaymentIntent is null
            ? Facts.Of(await new SessionService(_client).GetAsync(session, cancellationToken: cancel))
            : null;

        if ((topUp.PaymentIntent ?? page?.PaymentIntent) is not { } intent)
        {
            return new CardFacts(page, null, [], []);
        }

        var payment = Facts.Of(await new PaymentIntentService(_client).GetAsync(
            intent, new PaymentIntentGetOptions { Expand = WithFee }, cancellationToken: cancel));

        if (payment.Standing != PaymentStanding.Succeeded)
        {
            return new CardFacts(page, payment, [], []);
        }

        var refunds = await new RefundService(_client).ListAsync(
            new RefundListOptions { PaymentIntent = intent, Limit = PageMax }, cancellationToken: cancel);
        var disputes = await new DisputeService(_client).ListAsync(
            new DisputeListOptions { PaymentIntent = intent, Limit = PageMax }, cancellationToken: cancel);

        return new CardFacts(
            page, payment, [.. refunds.Select(Facts.Of).Reverse()], [.. disputes.Select(Facts.Of).Reverse()]);
    });

    /// <summary>
    /// Looks for what an open call with an unknown outcome may have made, by the metadata that it carries; null when
    /// there is none.
    /// </summary>
    /// <exception cref="StripeReadException">Stripe does not answer.</exception>
    public Task<CardFacts?> FindOpened(TopUp topUp, CancellationToken cancel) => Ask(async () =>
    {
        var since = new DateRangeOptions { GreaterThanOrEqual = (topUp.CreatedAt - ClockSkewMax).UtcDateTime };

        if (topUp.Method == CardMethod.Checkout)
        {
            await foreach (var session in new SessionService(_client).ListAutoPagingAsync(
                new SessionListOptions { Created = since, Limit = PageMax }, cancellationToken: cancel)
                .Take(PageMax * PagesMax))
            {
                if (session.Metadata?.GetValueOrDefault(TopUpKey) == topUp.Id.Value)
                {
                    return new CardFacts(Facts.Of(session), null, [], []);
                }
            }

            return null;
        }

        await foreach (var intent in new PaymentIntentService(_client).ListAutoPagingAsync(
            new PaymentIntentListOptions { Created = since, Limit = PageMax }, cancellationToken: cancel)
            .Take(PageMax * PagesMax))
        {
            if (intent.Metadata?.GetValueOrDefault(TopUpKey) == topUp.Id.Value)
            {
                return new CardFacts(null, Facts.Of(intent), [], []);
            }
        }

        return null;
    });

    /// <summary>
    /// The top-up that an object of an event belongs to, by reading the object itself; null when none.
    /// </summary>
    /// <exception cref="StripeReadException">Stripe does not answer.</exception>
    public Task<OwnedObject?> Owner(string kind, string id, CancellationToken cancel) => Ask(async () =>
    {
        var intent = kind switch
        {
            "payment_intent" => id,
            "charge" => (await new ChargeService(_client).GetAsync(id, cancellationToken: cancel)).PaymentIntentId,
            "refund" => (await new RefundService(_client).GetAsync(id, cancellationToken: cancel)).PaymentIntentId,
            "dispute" => (await new DisputeService(_client).GetAsync(id, cancellationToken: cancel)).PaymentIntentId,
            _ => null,
        };

        if (kind == "checkout.session")
        {
            var session = await new SessionService(_client).GetAsync(id, cancellationToken: cancel);
            return Owned(session.Metadata, session.Id, session.PaymentIntentId);
        }

        return intent is null
            ? null
            : Owned(
                (await new PaymentIntentService(_client).GetAsync(intent, cancellationToken: cancel)).Metadata,
                null,
                intent);
    });

    /// <summary>
    /// Events since a time that no endpoint of ours has taken, oldest first. Stripe keeps them for 30 days.
    /// </summary>
    /// <exception cref="StripeReadException">Stripe does not answer.</exception>
    public Task<IReadOnlyList<(StripeEvent Event, string Body)>> Missed(
        DateTimeOffset since, int most, CancellationToken cancel) => Ask(async () =>
    {
        var found = new List<(StripeEvent, string)>();
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"/v1/events?delivery_success=false&created[gte]={since.ToUnixTimeSeconds()}&limit={PageMax}");
        var after = string.Empty;

        for (var page = 0; page < PagesMax && found.Count < most; page++)
        {
            var answer = await _client.RawRequestAsync(HttpMethod.Get, query + after, cancellationToken: cancel);
            using var list = JsonDocument.Parse(answer.Content);
            var events = list.RootElement.GetProperty("data").EnumerateArray().ToArray();
            found.AddRange(events
                .Select(one => (StripeEvent.Read(one)!, one.GetRawText()))
                .Where(one => one.Item1 is not null));

            if (events.Length == 0 || !list.RootElement.GetProperty("has_more").GetBoolean())
            {
                break;
            }

            after = $"&starting_after={events[^1].GetProperty("id").GetString()}";
        }

        found.Reverse();
        return (IReadOnlyList<(StripeEvent, string)>)[.. found.Take(most)];
    });

    /// <summary>
    /// Lines of our balance, oldest first; none when there are more than <see cref="PageMax"/> ·
    /// <see cref="PagesMax"/>.
    /// </summary>
    /// <exception cref="StripeReadException">Stripe does not answer.</exception>
    public Task<IReadOnlyList<StripeEntry>> Lines(CancellationToken cancel) => Ask(async () =>
    {
        var options = new BalanceTransactionListOptions { Limit = PageMax, Expand = ["data.source"] };
        var lines = new List<StripeEntry>();

        await foreach (var line in new BalanceTransactionService(_client)
            .ListAutoPagingAsync(options, cancellationToken: cancel).Take((PageMax * PagesMax) + 1))
        {
            lines.Add(Facts.Of(line));
        }

        lines.Reverse();
        return (IReadOnlyList<StripeEntry>)(lines.Count > PageMax * PagesMax ? [] : lines);
    });

    /// <summary>What we have at Stripe in a currency, available and pending together, in cents.</summary>
    /// <exception cref="StripeReadException">Stripe does not answer.</exception>
    public Task<long> Balance(string currency, CancellationToken cancel) => Ask(async () =>
    {
        var balance = await new BalanceService(_client).GetAsync(cancellationToken: cancel);
        return balance.Available.Where(part => part.Currency == currency).Sum(part => part.Amount)
            + balance.Pending.Where(part => part.Currency == currency).Sum(part => part.Amount);
    });

    /// <summary>
    /// The API versions that our endpoints are told in, by address; empty is the account's own version.
    /// </summary>
    /// <exception cref="StripeReadException">Stripe does not answer.</exception>
    public Task<IReadOnlyList<(string Url, string Version)>> Endpoints(CancellationToken cancel) => Ask(async () =>
    {
        var endpoints = await new WebhookEndpointService(_client).ListAsync(
            new WebhookEndpointListOptions { Limit = PageMax }, cancellationToken: cancel);
        return (IReadOnlyList<(string, string)>)[.. endpoints.Select(one => (one.Url, one.ApiVersion ?? string.Empty))];
    });

    private static OwnedObject? Owned(Dictionary<string, string>? metadata, string? session, string? intent) =>
        metadata?.GetValueOrDefault(TopUpKey) is { } topUp ? new(topUp, session, intent) : null;

    private static async Task<T> Ask<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (StripeException problem)
        {
            throw new StripeReadException(
                problem.Message, problem.HttpStatusCode == HttpStatusCode.NotFound, problem);
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException or IOException)
        {
            throw new StripeReadException(problem.Message, isMissing: false, problem);
        }
    }
}
