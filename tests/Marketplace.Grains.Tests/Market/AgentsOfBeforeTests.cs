using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Market;

namespace Marketplace.Grains.Tests.Market;

/// <summary>Work that an agent of before would do wrong goes to those alone that say that they know it.</summary>
[Collection(MarketCollection.Name)]
public sealed class AgentsOfBeforeTests(MarketCluster cluster)
{
    private static readonly DeviceModels All =
        new([], [], 0, 1, Audits: true, TakesTokens: true, HoldsCalls: true, TellsPrompts: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tokens")]
    [InlineData("calls")]
    [InlineData("prompt")]
    [InlineData("audit")]
    public async Task A_ticket_is_taken_by_an_agent_that_says_that_it_knows_it_and_by_no_other(string what)
    {
        var scene = await Scene.Open(cluster);
        var book = cluster.Grains.GetGrain<IOrderBookGrain>(
            OrderBookGrain.KeyOf(scene.Needs(WorkKind.Text).Class!.Value));
        var job = await scene.Submit();
        var plain = (await scene.Job(job).Ticket(Cancel))!;
        await scene.Job(job).Cancel(Cancel);
        var offer = Assert.Single(await book.Offers(Cancel));
        var (ticket, models) = what switch
        {
            "tokens" => (plain with { IsOfTokens = true }, All with { TakesTokens = false }),
            "calls" => (plain with { IsOfCalls = true }, All with { HoldsCalls = false }),
            "prompt" => (plain with { TellsPrompt = true }, All with { TellsPrompts = false }),
            _ => (plain with { IsAudit = true }, All with { Audits = false }),
        };
        await book.Enqueue(ticket, Cancel);

        Assert.Null(await book.Take(offer with { Models = null }, Cancel));
        Assert.Null(await book.Take(offer with { Models = models }, Cancel));
        Assert.Equal(ticket.Work, (await book.Take(offer with { Models = All }, Cancel))?.Work);
    }
}
