using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Market;

namespace Marketplace.Grains.Tests.Market;

public sealed class BookDemandTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    private static readonly WorkTicket Order = new(
        "job_1",
        WorkKind.Text,
        new(WorkKind.Text, new(Usdc.Largest, Usdc.Largest, Usdc.Largest), 1_000, null, null),
        Now,
        [],
        Seats: 1,
        Model: new("stories", new string('a', 64)));

    [Fact]
    public void The_oldest_that_waits_counts_wherever_it_stands_in_the_book()
    {
        var line = Order with { Work = "job_2", EnqueuedAt = Now - TimeSpan.FromMinutes(5), IsBatch = true };

        var demand = Assert.Single(new BookDemand().Of([Order, line], Now));

        Assert.Equal((2, line.EnqueuedAt), (demand.Waiting, demand.OldestAt));
    }

    [Fact]
    public void Nobody_loads_a_model_for_an_audit()
    {
        var (orders, audits) = (new BookDemand(), new BookDemand());
        var audit = Order with { IsAudit = true };
        orders.Arrived(Order, Now);
        audits.Arrived(audit, Now);

        Assert.Equal(1, Assert.Single(orders.Of([Order, audit], Now)).Waiting);
        Assert.Empty(audits.Of([audit], Now));
    }
}
