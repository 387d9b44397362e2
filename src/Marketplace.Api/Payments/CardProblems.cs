using Marketplace.Api.Http;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Payments;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Payments;

/// <summary>Refusals of top-ups and refunds.</summary>
internal static class CardProblems
{
    public static ProblemHttpResult Off() => Problems.Of(
        StatusCodes.Status503ServiceUnavailable,
        "card-payments-off",
        "This market takes no cards. Deposit USDC instead: POST /v1/deposits.");

    public static ProblemHttpResult Of(TopUpOutcome outcome) => outcome switch
    {
        TopUpOutcome.Off => Off(),
        TopUpOutcome.KeyTaken => Problems.KeyReused(),
        TopUpOutcome.OutOfBounds bounds => Problems.Of(
            StatusCodes.Status422UnprocessableEntity,
            "top-up-out-of-bounds",
            $"A top-up is {bounds.Minimum} to {bounds.Maximum} USD.",
            ("minimum", $"{bounds.Minimum}"),
            ("maximum", $"{bounds.Maximum}")),
        TopUpOutcome.TooMany many => Problems.Of(
            StatusCodes.Status429TooManyRequests,
            "too-many-top-ups",
            $"An account begins {many.PerHour} top-ups in an hour: the next one at {many.Until:O}.",
            ("perHour", many.PerHour),
            ("until", many.Until)),
        TopUpOutcome.AboveLimit above => Problems.Of(
            StatusCodes.Status422UnprocessableEntity,
            "top-up-limit",
            above.Limit == TopUpRules.FirstTopUp
                ? $"Until the first top-up is paid, {above.Cap} USD may be under way; {above.Left} USD are left."
                : $"A new account tops up {above.Cap} USD in 24 hours; {above.Left} USD are left.",
            ("limit", above.Limit),
            ("cap", $"{above.Cap}"),
            ("left", $"{above.Left}")),
        var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
    };

    public static ProblemHttpResult Of(CardRefundOutcome outcome) => outcome switch
    {
        CardRefundOutcome.Off => Off(),
        CardRefundOutcome.Unknown => Problems.NotFound("top-up"),
        CardRefundOutcome.KeyTaken => Problems.KeyReused(),
        CardRefundOutcome.AboveRest rest => Problems.Of(
            StatusCodes.Status422UnprocessableEntity,
            "refund-above-rest",
            $"Only {rest.Left} USD of this top-up can be refunded.",
            ("left", $"{rest.Left}")),
        CardRefundOutcome.AboveBalance few => Problems.Of(
            StatusCodes.Status402PaymentRequired,
            "balance-exhausted",
            $"Only {few.Available} USDC of the balance is unspent and not set aside.",
            ("available", few.Available)),
        CardRefundOutcome.Frozen frozen => Problems.RefundsFrozen(frozen.Why),
        var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
    };
}
