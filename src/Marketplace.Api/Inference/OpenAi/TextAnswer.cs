using Marketplace.Api.Http;
using Marketplace.Api.Market;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>The jobs of one answer: begun together, and ended together where one of them comes to nothing.</summary>
internal sealed class TextAnswer(IReadOnlyList<TextChoice> choices, Desk desk)
{
    /// <summary>The ids of all jobs, as headers tell them.</summary>
    public string Jobs => string.Join(", ", choices.Select(choice => choice.Id.Value));

    public IReadOnlyList<IInferenceJobGrain> Grains { get; } =
        [.. choices.Select(choice => desk.Grains.GetGrain<IInferenceJobGrain>(choice.Id.Value))];

    /// <summary>Begins all of them, or none; says why.</summary>
    public async Task<ProblemHttpResult?> Begin(Requester me, HttpResponse response)
    {
        if (await WhyTooDear(me) is { } tooDear)
        {
            return tooDear;
        }

        foreach (var choice in choices)
        {
            if (await desk.Submit(choice.Id, me, choice.Order, response) is { } refusal)
            {
                // Of a request whose key is taken nothing was begun by this one.
                if (choice != choices[0])
                {
                    await Cancel();
                }

                return refusal;
            }
        }

        return null;
    }

    /// <summary>What they are now.</summary>
    public async Task<IReadOnlyList<JobView>> Describe(CancellationToken cancel)
    {
        var views = new List<JobView>(choices.Count);

        foreach (var (grain, choice) in Grains.Zip(choices))
        {
            views.Add(await grain.Describe(cancel) ?? throw new TimeoutException($"{choice.Id} is gone."));
        }

        return views;
    }

    /// <summary>All of them once they are over, or why there is no answer: then those under way are ended.</summary>
    public async Task<(IReadOnlyList<JobView> Ended, ProblemHttpResult? Refusal)> End(CancellationToken cancel)
    {
        var waits = choices.Select(choice => JobEvents.End(choice.Id, desk, cancel)).ToList();
        var refusal = default(ProblemHttpResult);

        await foreach (var wait in Task.WhenEach(waits))
        {
            if ((refusal = Ended.Refusal(await wait)) is not null)
            {
                await Cancel();
                break;
            }
        }

        return (await Task.WhenAll(waits), refusal);
    }

    /// <summary>Ends those that are under way; what was made is billed.</summary>
    public async Task Cancel()
    {
        foreach (var grain in Grains)
        {
            await grain.Cancel(CancellationToken.None);
        }
    }

    /// <summary>
    /// The choices are paid for one by one: without enough for all of them none is begun, so that the same request can
    /// be sent again once there is.
    /// </summary>
    private async Task<ProblemHttpResult?> WhyTooDear(Requester me)
    {
        if (choices.Count == 1 || await Grains[0].Describe() is not null)
        {
            return null;
        }

        var needed = choices.Aggregate(Usdc.Zero, (sum, choice) => sum + TokenPrice.Cap(choice.Order));
        var balance = await desk.Grains.GetGrain<IStatementGrain>(0).Balance(me.Account);
        var spendable = balance.Available + balance.Promo;

        return spendable < needed ? Problems.BalanceExhausted(needed, spendable) : null;
    }
}
