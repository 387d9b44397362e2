using Marketplace.Api.Http;
using Marketplace.Grains.Abstractions.Payments;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Payments;

/// <summary>Refusals of refunds in USDC.</summary>
internal static class UsdcRefundProblems
{
    /// <param name="outcome">What was not accepted.</param>
    /// <param name="what">What was not found, if that is it.</param>
    public static ProblemHttpResult Of(UsdcRefundOutcome outcome, string what) => outcome switch
    {
        UsdcRefundOutcome.Unknown => Problems.NotFound(what),
        UsdcRefundOutcome.KeyTaken => Problems.KeyReused(),
        UsdcRefundOutcome.TestAccount => Problems.TestAccount("is paid nothing"),
        UsdcRefundOutcome.NotEnough few => Problems.Of(
            StatusCodes.Status402PaymentRequired,
            "balance-exhausted",
            $"Only {few.Available} USDC of the balance is unspent and not set aside.",
            ("available", few.Available)),
        UsdcRefundOutcome.AboveDeposits above => Unprocessable(
            "refund-above-deposits",
            $"Only {above.Left} USDC of what came in as USDC on this rail did not go back yet.",
            ("left", above.Left)),
        UsdcRefundOutcome.TooSmall small => Unprocessable(
            "refund-too-small", $"A refund is at least {small.Minimum} USDC.", ("minimum", small.Minimum)),
        UsdcRefundOutcome.WalletUnfit unfit => Unprocessable("address-unfit", $"Nothing is sent there: {unfit.Why}."),
        UsdcRefundOutcome.IdentityMissing missing => Unprocessable(
            "travel-rule-fields-missing",
            $"This refund needs {string.Join(", ", missing.Fields)} of its beneficiary.",
            ("fields", missing.Fields)),
        UsdcRefundOutcome.TooMany many => TooMany(
            "too-many-refunds", $"A customer has {many.PerDay} refunds a day.", ("perDay", many.PerDay)),
        UsdcRefundOutcome.AboveDaily daily => TooMany(
            "refund-limit",
            $"A customer gets {daily.Maximum} USDC back in 24 hours; {daily.Left} USDC are left.",
            ("left", daily.Left)),
        UsdcRefundOutcome.NoRail none => Conflict(
            "no-such-rail", $"Refunds go out on: {string.Join(", ", none.Rails)}.", ("rails", none.Rails)),
        UsdcRefundOutcome.WalletListed => Conflict("address-sanctioned", "The sanctions list names this address."),
        UsdcRefundOutcome.NotWaiting => Conflict(
            "deposit-not-waiting", "The deposit has an owner, or goes back already."),
        UsdcRefundOutcome.OnItsWay going => Conflict(
            "refund-not-waiting",
            $"The refund is {going.State}: only one that is requested or frozen is cancelled.",
            ("state", going.State)),
        UsdcRefundOutcome.Frozen frozen => Problems.RefundsFrozen(frozen.Why),
        var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
    };

    private static ProblemHttpResult Unprocessable(
        string code, string detail, params ReadOnlySpan<(string Name, object? Value)> facts) =>
        Problems.Of(StatusCodes.Status422UnprocessableEntity, code, detail, facts);

    private static ProblemHttpResult TooMany(
        string code, string detail, params ReadOnlySpan<(string Name, object? Value)> facts) =>
        Problems.Of(StatusCodes.Status429TooManyRequests, code, detail, facts);

    private static ProblemHttpResult Conflict(
        string code, string detail, params ReadOnlySpan<(string Name, object? Value)> facts) =>
        Problems.Of(StatusCodes.Status409Conflict, code, detail, facts);
}
