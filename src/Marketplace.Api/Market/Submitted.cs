using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Grains.Abstractions.Market;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Market;

/// <summary>What the market says to an order, as an answer.</summary>
internal static class Submitted
{
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
