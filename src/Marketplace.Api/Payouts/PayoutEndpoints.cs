using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Payouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Payouts;

/// <summary>Payouts to the provider's wallet.</summary>
internal static class PayoutEndpoints
{
    public static void MapPayouts(this IEndpointRouteBuilder v1)
    {
        var payouts = v1.MapGroup("/provider/payouts").WithTags("Payouts").RequireAuthorization(Policies.Provider);

        payouts.MapPost("", CreatePayout).RefusesWith(400, 401, 402, 403, 404, 409, 422, 429, 503);
        payouts.MapGet("", ListPayouts).RefusesWith(400, 401, 403, 404);
        payouts.MapGet("/{payoutId}", GetPayout).RefusesWith(401, 403, 404);
    }

    /// <summary>
    /// Asks for a payout in USDC to the provider's wallet, with the next run or at once for the fee of the ladder. Send
    /// an Idempotency-Key: a repeat with the same body answers the same payout.
    /// </summary>
    private static async Task<Results<Created<PayoutResponse>, ProblemHttpResult>> CreatePayout(
        CreatePayoutRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk)
    {
        if (!me.IsProvider(out var provider))
        {
            return Problems.NotAProvider();
        }

        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var id = PayoutId.From(IdempotencyKey.Name(me.Account, "payouts", idempotencyKey, desk.Clock));
        var payout = desk.Grains.GetGrain<IPayoutGrain>(id.Value);
        var speed = request.Speed == CreatePayoutRequest.Instant ? PayoutSpeed.Instant : PayoutSpeed.Standard;
        var outcome = await payout.RequestOn(RailName.Parse(request.Rail), provider.Value, request.Amount, speed);

        return outcome is PayoutOutcome.Accepted accepted
            ? TypedResults.Created($"/v1/provider/payouts/{id}", PayoutResponse.From(accepted.Payout))
            : Refusal(outcome);
    }

    /// <summary>The provider's payouts, newest first.</summary>
    private static async Task<Results<Ok<PageResponse<ListedResponse>>, ProblemHttpResult>> ListPayouts(
        [AsParameters] PageQuery page, string? state, Requester me, Desk desk) =>
        me.IsProvider(out var provider)
            ? await desk.Show(Lists.Payout, page, provider.Value.Value, state)
            : Problems.NotAProvider();

    /// <summary>One payout.</summary>
    private static async Task<Results<Ok<PayoutResponse>, ProblemHttpResult>> GetPayout(
        string payoutId, Requester me, Desk desk) =>
        me.IsProvider(out var provider)
        && Ids.Read<PayoutId>(payoutId, out var id)
        && await desk.Grains.GetGrain<IPayoutGrain>(id.Value).Describe() is { } payout
        && payout.Provider == provider
            ? TypedResults.Ok(PayoutResponse.From(payout))
            : Problems.NotFound("payout");

    private static ProblemHttpResult Refusal(PayoutOutcome outcome) => outcome switch
    {
        PayoutOutcome.NotEnough few => Problems.Of(
            StatusCodes.Status402PaymentRequired,
            "not-enough-payable",
            $"Only {few.Payable} USDC is payable.",
            ("payable", few.Payable)),
        PayoutOutcome.TooSmall small => Problems.Of(
            StatusCodes.Status422UnprocessableEntity,
            "payout-too-small",
            $"A payout is at least {small.Minimum} USDC.",
            ("minimum", small.Minimum)),
        PayoutOutcome.NoWallet => Problems.Of(
            StatusCodes.Status409Conflict, "no-wallet", "Set a wallet first: PUT /v1/provider/wallet."),
        PayoutOutcome.WalletLocked locked => Problems.Of(
            StatusCodes.Status409Conflict,
            "wallet-locked",
            $"The wallet was changed lately: payouts go on at {locked.Until:O}.",
            ("until", locked.Until)),
        PayoutOutcome.TooMany many => Problems.Of(
            StatusCodes.Status429TooManyRequests,
            "too-many-payouts",
            $"A provider has {many.PerDay} payouts a day.",
            ("perDay", many.PerDay)),
        PayoutOutcome.IdentityMissing missing => Problems.Of(
            StatusCodes.Status422UnprocessableEntity,
            "travel-rule-fields-missing",
            $"This payout needs {string.Join(", ", missing.Fields)} of your identity: PUT /v1/provider/identity.",
            ("fields", missing.Fields)),
        PayoutOutcome.Suspended => Problems.ProviderSuspended(),
        PayoutOutcome.TestProvider => Problems.TestAccount("is paid nothing"),
        PayoutOutcome.Frozen frozen => Problems.PayoutsFrozen(frozen.Why),
        PayoutOutcome.NoRail none => Problems.Of(
            StatusCodes.Status409Conflict,
            "no-such-rail",
            $"Payouts go out on: {(none.Rails.Count == 0 ? "no rail yet" : string.Join(", ", none.Rails))}.",
            ("rails", none.Rails)),
        PayoutOutcome.KeyTaken => Problems.KeyReused(),
        var other => throw new UnreachableException(other.ToString()),
    };
}
