using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Market;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Market;

/// <summary>What the market says to an order, as an answer.</summary>
internal static class Submitted
{
    /// <summary>Orders a text or vectors; the refusal, or null when the order was taken.</summary>
    /// <param name="desk">Of the request.</param>
    /// <param name="id">The job that it is to be.</param>
    /// <param name="me">Who pays.</param>
    /// <param name="order">What is ordered.</param>
    /// <param name="response">Told when the order was taken before.</param>
    public static async Task<ProblemHttpResult?> Submit(
        this Desk desk, JobId id, Requester me, InferenceOrder order, HttpResponse response)
    {
        var outcome = await desk.Grains.GetGrain<IPlacementGrain>(0).Submit(id, me.Account, order);
        IdempotencyKey.Mark(response, outcome is SubmitOutcome.Accepted { Replayed: true });
        return Refusal(outcome);
    }

    /// <summary>The refusal, or null when the order was taken.</summary>
    public static ProblemHttpResult? Refusal(SubmitOutcome outcome) => outcome switch
    {
        SubmitOutcome.Accepted => null,
        SubmitOutcome.NotEnoughMoney broke => Problems.BalanceExhausted(broke.Needed, broke.Available),
        SubmitOutcome.Unsatisfiable never => Problems.Unsatisfiable(never.Why),
        SubmitOutcome.KeyTaken => Problems.KeyReused(),
        var other => throw new UnreachableException(other.ToString()),
    };
}
