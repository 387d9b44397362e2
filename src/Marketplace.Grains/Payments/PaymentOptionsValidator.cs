using Marketplace.Stripe;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payments;

/// <summary>Checks the section at start and names the key and what is allowed; never the value of a secret.</summary>
internal sealed class PaymentOptionsValidator : IValidateOptions<PaymentOptions>
{
    private const decimal StripeMinimumUsd = 0.5m;
    private const decimal StripeMaximumUsd = 999_999.99m;

    public ValidateOptionsResult Validate(string? name, PaymentOptions options)
    {
        var problems = Amounts(options).Concat(Times(options)).ToList();

        if (options.IsConfigured)
        {
            problems.AddRange(Connection(options));
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Connection(PaymentOptions options)
    {
        if (!StripeSettings.IsKey(options.StripeApiKey!))
        {
            yield return "Payments:StripeApiKey must be a secret or restricted key such as sk_test_… or rk_live_….";
        }

        if (options.StripeApiBase is { } text
            && (!Uri.TryCreate(text, UriKind.Absolute, out var url)
                || !(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback))))
        {
            yield return $"Payments:StripeApiBase '{text}' must be an https address; http is for this machine only.";
        }

        if (options.WebhookSecrets.Count is 0 or > 8 || options.WebhookSecrets.Any(string.IsNullOrWhiteSpace))
        {
            yield return "Payments:WebhookSecrets must name 1 to 8 secrets, such as whsec_….";
        }

        foreach (var (key, value) in new[] { ("SuccessUrl", options.SuccessUrl), ("CancelUrl", options.CancelUrl) })
        {
            if (!Uri.TryCreate(value, UriKind.Absolute, out var page) || page.Scheme is not ("https" or "http"))
            {
                yield return $"Payments:{key} '{value}' must be an absolute http or https address.";
            }
        }
    }

    private static IEnumerable<string> Amounts(PaymentOptions options)
    {
        if (options.MinimumUsd < StripeMinimumUsd || options.MinimumUsd > options.MaximumUsd)
        {
            yield return $"Payments:MinimumUsd must be {StripeMinimumUsd} to Payments:MaximumUsd.";
        }

        if (options.MaximumUsd > StripeMaximumUsd)
        {
            yield return $"Payments:MaximumUsd must be at most {StripeMaximumUsd}.";
        }

        if (options.FirstTopUpCapUsd < 0 || options.FirstTopUpCapUsd > StripeMaximumUsd
            || options.NewAccountUsdPerDay < 0 || options.NewAccountUsdPerDay > StripeMaximumUsd)
        {
            yield return "Payments:FirstTopUpCapUsd and Payments:NewAccountUsdPerDay must be 0 to 999999.99.";
        }

        if (options.AdjustmentMaxUsd < 0 || options.AdjustmentMaxUsd > StripeMaximumUsd)
        {
            yield return "Payments:AdjustmentMaxUsd must be 0 to 999999.99.";
        }

        if (options.TopUpsPerHour is < 1 or > 1_000)
        {
            yield return "Payments:TopUpsPerHour must be 1 to 1000.";
        }
    }

    private static IEnumerable<string> Times(PaymentOptions options)
    {
        if (options.SessionLife < TimeSpan.FromMinutes(31) || options.SessionLife > TimeSpan.FromHours(23.5))
        {
            yield return "Payments:SessionLife must be 00:31:00 to 23:30:00.";
        }

        if (options.CallTimeout <= TimeSpan.Zero || options.CallTimeout > TimeSpan.FromMinutes(2))
        {
            yield return "Payments:CallTimeout must be above 0 and at most 00:02:00.";
        }

        var paces = new[]
        {
            options.SweepEvery, options.AskAgainAfter, options.LookWaiting, options.LookDisputed, options.CatchUpEvery,
            options.ReconcileEvery,
        };

        if (paces.Any(pace => pace < TimeSpan.FromMilliseconds(10) || pace > TimeSpan.FromDays(7)))
        {
            yield return "Payments:SweepEvery, AskAgainAfter, LookWaiting, LookDisputed, CatchUpEvery and "
                + "ReconcileEvery must be 00:00:00.010 to 7.00:00:00.";
        }

        if (options.EvidenceSendBefore < options.LookDisputed * 2 || options.EvidenceSendBefore > TimeSpan.FromDays(30))
        {
            yield return "Payments:EvidenceSendBefore must be two times Payments:LookDisputed to 30.00:00:00.";
        }

        if (options.NewAccountAge < TimeSpan.Zero)
        {
            yield return "Payments:NewAccountAge must not be below zero.";
        }
    }
}
