using System.Net;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Payments;
using Stripe;
using Stripe.Checkout;

namespace Marketplace.Stripe;

/// <summary>
/// Payments by card at Stripe. It never retries: whoever keeps the idempotency key does, and so every call that changes
/// something takes one. Reading is one look at the whole of a payment.
/// </summary>
public sealed partial class StripeCards : IDisposable
{
    /// <summary>Metadata key that names our top-up on everything we make.</summary>
    public const string TopUpKey = "topup";

    /// <summary>Metadata key that names our refund.</summary>
    public const string RefundKey = "refund";

    /// <summary>Objects on one page of a list; Stripe's own limit.</summary>
    public const int PageMax = 100;

    private const string ThreeDSecureAny = "any";

    private readonly HttpClient _http;
    private readonly StripeClient _client;

    public StripeCards(StripeSettings settings)
    {
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = settings.CallTimeout,
        };
        _client = new StripeClient(new StripeClientOptions
        {
            ApiKey = settings.ApiKey,
            ApiBase = settings.ApiBase,
            HttpClient = new SystemNetHttpClient(_http, maxNetworkRetries: 0, enableTelemetry: false),
        });
        IsLive = settings.IsLive;
    }

    /// <summary>The API version that every call pins.</summary>
    public static string ApiVersion => StripeConfiguration.ApiVersion;

    /// <summary>Whether our key moves real money.</summary>
    public bool IsLive { get; }

    /// <summary>Opens Stripe's page for a top-up; its id is the idempotency key.</summary>
    public Task<StripeAnswer<PageFact>> OpenPage(TopUp topUp, CheckoutPages pages, CancellationToken cancel) => Change(
        async () => Facts.Of(await new SessionService(_client).CreateAsync(
            new SessionCreateOptions
            {
                Mode = "payment",
                ClientReferenceId = topUp.Id.Value,
                SuccessUrl = pages.Success,
                CancelUrl = pages.Cancel,
                ExpiresAt = (topUp.CreatedAt + pages.Life).UtcDateTime,
                Metadata = NameOf(topUp),
                LineItems = [LineOf(topUp)],
                PaymentIntentData = new() { Metadata = NameOf(topUp) },
                AllowedPaymentMethodTypes = ["card"],
                PaymentMethodOptions = pages.RequireThreeDSecure
                    ? new() { Card = new() { RequestThreeDSecure = ThreeDSecureAny } }
                    : null,
            },
            Key(topUp.Id.Value),
            cancel)));

    /// <summary>
    /// Opens a payment that the customer's own page completes; the top-up's id is the idempotency key.
    /// </summary>
    public Task<StripeAnswer<PaymentFact>> OpenPayment(
        TopUp topUp, bool requireThreeDSecure, CancellationToken cancel) => Change(
        async () => Facts.Of(await new PaymentIntentService(_client).CreateAsync(
            new PaymentIntentCreateOptions
            {
                Amount = topUp.Asked.Value,
                Currency = TopUpCycle.Currency,
                Metadata = NameOf(topUp),
                AllowedPaymentMethodTypes = ["card"],
                PaymentMethodOptions = requireThreeDSecure
                    ? new() { Card = new() { RequestThreeDSecure = ThreeDSecureAny } }
                    : null,
            },
            Key(topUp.Id.Value),
            cancel)));

    /// <summary>Gives a part of a payment back; the refund's id is the idempotency key.</summary>
    public Task<StripeAnswer<RefundFact>> Refund(TopUp topUp, CardRefund refund, CancellationToken cancel) => Change(
        async () => Facts.Of(await new RefundService(_client).CreateAsync(
            new RefundCreateOptions
            {
                PaymentIntent = topUp.PaymentIntent,
                Amount = refund.Amount.Value,
                Reason = "requested_by_customer",
                Metadata = new(NameOf(topUp), StringComparer.Ordinal) { [RefundKey] = refund.Id.Value },
            },
            Key(refund.Id.Value),
            cancel)));

    /// <summary>
    /// Stores what we have to say about a dispute, and sends it to the bank when asked so: once only.
    /// </summary>
    /// <param name="dispute">The dispute.</param>
    /// <param name="evidence">Null for what was stored before, with what people have added to it there.</param>
    /// <param name="send">Whether the bank gets it.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<StripeAnswer<DisputeFact>> Tell(
        string dispute, DisputeText? evidence, bool send, CancellationToken cancel) => Change(
        async () => Facts.Of(await new DisputeService(_client).UpdateAsync(
            dispute,
            new DisputeUpdateOptions
            {
                Evidence = evidence is null ? null : new()
                {
                    ProductDescription = "Prepaid credit for GPU compute, delivered online.",
                    UncategorizedText = evidence.Delivered,
                    AccessActivityLog = evidence.AccessLog,
                },
                Submit = send,
            },
            Key($"{dispute}:evidence:{(send ? "send" : "stage")}{Print(evidence)}"),
            cancel)));

    public void Dispose() => _http.Dispose();

    private static Dictionary<string, string> NameOf(TopUp topUp) =>
        new(StringComparer.Ordinal) { [TopUpKey] = topUp.Id.Value };

    private static SessionLineItemOptions LineOf(TopUp topUp) => new()
    {
        Quantity = 1,
        PriceData = new()
        {
            Currency = TopUpCycle.Currency,
            UnitAmount = topUp.Asked.Value,
            ProductData = new() { Name = "Compute credit" },
        },
    };

    /// <summary>
    /// What is told grows while an answer is waited for, and a key stands for one text: storing another one again does
    /// no harm, and what was sent to the bank is taken once whatever the key.
    /// </summary>
    private static string Print(DisputeText? evidence) => evidence is null
        ? string.Empty
        : $":{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(evidence.ToString())))[..16]}";

    private static RequestOptions Key(string key) => new() { IdempotencyKey = key };

    private static async Task<StripeAnswer<T>> Change<T>(Func<Task<T>> call)
    {
        try
        {
            return new StripeAnswer<T>.Done(await call());
        }
        catch (StripeException refusal) when (refusal.StripeError?.Type == "idempotency_error"
            && refusal.HttpStatusCode != HttpStatusCode.Conflict)
        {
            return new StripeAnswer<T>.KeyTaken(refusal.Message);
        }
        catch (StripeException refusal) when (refusal.StripeError is not null && refusal.HttpStatusCode
            is HttpStatusCode.BadRequest or HttpStatusCode.PaymentRequired or HttpStatusCode.NotFound)
        {
            return new StripeAnswer<T>.Refused(refusal.StripeError.Code ?? refusal.StripeError.Type, refusal.Message);
        }
        catch (Exception problem) when (problem is StripeException or HttpRequestException or TaskCanceledException
            or IOException or TimeoutException)
        {
            // A cancelled call may have arrived as well.
            return new StripeAnswer<T>.Unknown(problem.Message);
        }
    }
}
