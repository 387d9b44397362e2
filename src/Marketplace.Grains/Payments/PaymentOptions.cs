using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Grains.Payments;

/// <summary>Top-ups by card, through Stripe; section <c>Payments</c>.</summary>
public sealed class PaymentOptions
{
    public const string Section = "Payments";

    /// <summary>Stripe's secret or restricted key. Without it no cards are taken and those routes answer 503.</summary>
    public string? StripeApiKey { get; set; }

    /// <summary>Address of Stripe's API; none for Stripe's own. Plain http is for this machine only.</summary>
    public string? StripeApiBase { get; set; }

    /// <summary>Secrets that Stripe signs its messages with; two while one is replaced by another.</summary>
    public IList<string> WebhookSecrets { get; } = [];

    /// <summary>Where a customer comes back to after paying on Stripe's page.</summary>
    public string SuccessUrl { get; set; } = "https://localhost/top-ups/paid";

    /// <summary>Where a customer comes back to without paying.</summary>
    public string CancelUrl { get; set; } = "https://localhost/top-ups/given-up";

    /// <summary>How long Stripe's page can be paid on, 31 minutes to 23.5 hours. Default 1 h.</summary>
    public TimeSpan SessionLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long one call may take. Default 8 s.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Ask the bank to authenticate the card holder whenever it can. Default true.</summary>
    public bool RequireThreeDSecure { get; set; } = true;

    /// <summary>The smallest top-up, US dollars. Default 5.</summary>
    public decimal MinimumUsd { get; set; } = 5;

    /// <summary>The largest top-up, US dollars. Default 10,000.</summary>
    public decimal MaximumUsd { get; set; } = 10_000;

    /// <summary>Top-ups that one account may begin in an hour. Default 3.</summary>
    public int TopUpsPerHour { get; set; } = 3;

    /// <summary>
    /// The most that may be under way until an account's first top-up is paid, US dollars. Default 100.
    /// </summary>
    public decimal FirstTopUpCapUsd { get; set; } = 100;

    /// <summary>The most in 24 hours while an account is new, US dollars. Default 500.</summary>
    public decimal NewAccountUsdPerDay { get; set; } = 500;

    /// <summary>How long an account is new. Default 30 days.</summary>
    public TimeSpan NewAccountAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often stored events and top-ups that are due are looked into. Default 5 s.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How soon a call is tried again whose outcome is unknown. Default 30 s.</summary>
    public TimeSpan AskAgainAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a top-up that waits is looked at though nothing was told. Default 5 min.</summary>
    public TimeSpan LookWaiting { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often an open dispute is looked at though nothing was told. Default 6 h.</summary>
    public TimeSpan LookDisputed { get; set; } = TimeSpan.FromHours(6);

    /// <summary>
    /// How long before the bank's deadline the evidence of a dispute is sent that nobody has sent. Default 2 days.
    /// </summary>
    public TimeSpan EvidenceSendBefore { get; set; } = TimeSpan.FromDays(2);

    /// <summary>How often events are fetched that never arrived. Default 1 h.</summary>
    public TimeSpan CatchUpEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often the books are compared with Stripe's account of our balance. Default 1 day.</summary>
    public TimeSpan ReconcileEvery { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// The largest adjustment of our balance that is taken for one of Stripe's own and booked as a cost, US dollars; a
    /// larger one stays unexplained until a person has raised this. Default 100.
    /// </summary>
    public decimal AdjustmentMaxUsd { get; set; } = 100;

    /// <summary>True when cards are taken.</summary>
    public bool IsConfigured => !string.IsNullOrWhiteSpace(StripeApiKey);

    internal LookPace Pace => new(AskAgainAfter, LookWaiting, LookDisputed);

    internal TopUpTerms Terms => new(
        CentsOf(MinimumUsd),
        CentsOf(MaximumUsd),
        TopUpsPerHour,
        CentsOf(FirstTopUpCapUsd),
        CentsOf(NewAccountUsdPerDay),
        NewAccountAge);

    internal Cents AdjustmentMax => CentsOf(AdjustmentMaxUsd);

    private static Cents CentsOf(decimal usd) => Cents.From((long)decimal.Floor(usd * 100));
}
