using CsCheck;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.StripeSim;
using static Marketplace.Grains.Tests.Payments.CardScene;

namespace Marketplace.Grains.Tests.Payments;

/// <summary>
/// Whatever happens at Stripe, and however its events arrive (twice, late, in any order, never and fetched later, while
/// Stripe answers or not), the books end the same.
/// </summary>
public sealed class CardHistoryTests
{
    private const int TopUps = 2;
    private const int RoundsMax = 200;

    private static readonly Delivery Signed = new() { Secrets = [Secret] };

    /// <summary>What happens, to which of the top-ups, and how much of it.</summary>
    private static readonly Gen<(int What, int TopUp, int Cents)[]> Deeds =
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, TopUps - 1], Gen.Int[1_00, 30_00]).Array[2, 12];

    [Fact]
    public async Task Any_way_of_telling_a_history_ends_in_the_same_books() => await Gen
        .Select(Deeds, Gen.Int)
        .SampleAsync(
            async history =>
            {
                var (deeds, seed) = history;
                deeds = [(0, 0, 1_01), .. deeds];
                var inOrder = await Tell(deeds, null);
                var anyhow = await Tell(deeds, seed);
                Assert.Equal(inOrder, anyhow);
            },
            iter: 60,
            threads: 1);

    /// <summary>Lives through a history and answers the books at its end.</summary>
    /// <param name="deeds">What happens at Stripe.</param>
    /// <param name="seed">Of the disorder; null tells every event once, in order, at its time.</param>
    private static async Task<string> Tell((int What, int TopUp, int Cents)[] deeds, int? seed)
    {
        await using var scene = await Open();
        var chance = seed is { } of ? new Random(of) : null;

        for (var number = 0; number < TopUps; number++)
        {
            await scene.Opened(Wish(40_00, number));
        }

        var told = 0;

        foreach (var deed in deeds)
        {
            await Do(scene, deed);
            told = await Bring(scene, told, chance);
        }

        foreach (var late in Shuffled(scene.Stripe.World.Events, chance))
        {
            if (chance is null || chance.Next(3) > 0)
            {
                await Take(scene, late, chance);
            }
        }

        await Settle(scene);
        await scene.AssertSound();
        return await scene.TrialBalance();
    }

    /// <summary>Events that came since: all in order, or some of them, some twice, with faults between.</summary>
    private static async Task<int> Bring(CardScene scene, int told, Random? chance)
    {
        var since = scene.Stripe.World.Events.Skip(told).ToArray();

        foreach (var one in Shuffled(since, chance))
        {
            if (chance is null || chance.Next(2) == 0)
            {
                await Take(scene, one, chance);
            }
        }

        if (chance?.Next(4) == 0)
        {
            scene.Stripe.Fail(SimFault.LostAnswer, "GET", "/v1/payment_intents");
        }

        if (chance is null || chance.Next(2) == 0)
        {
            await scene.Work();
        }

        return told + since.Length;
    }

    private static async Task Take(CardScene scene, SimEvent one, Random? chance)
    {
        var version = chance?.Next(5) == 0 ? "2020-08-27" : null;
        var times = 1 + (chance?.Next(2) ?? 0);

        for (var time = 0; time < times; time++)
        {
            var outcome = await scene.Take(one, Signed with { ApiVersion = version });
            Assert.True(outcome is InboxOutcome.Stored or InboxOutcome.Repeated);
            one.IsDelivered = true;
        }
    }

    /// <summary>Fetches what never arrived and works until nothing is left.</summary>
    private static async Task Settle(CardScene scene)
    {
        await scene.CatchUp();

        for (var round = 0; round < RoundsMax; round++)
        {
            scene.Clock.Advance(TimeSpan.FromHours(2));

            if (await scene.Work() == 0)
            {
                return;
            }
        }

        Assert.Fail($"Events are still due after {RoundsMax} rounds.");
    }

    private static SimEvent[] Shuffled(IReadOnlyList<SimEvent> events, Random? chance)
    {
        var copy = events.ToArray();
        chance?.Shuffle(copy);
        return copy;
    }

    /// <summary>Something happens at Stripe, when it can.</summary>
    private static async Task Do(CardScene scene, (int What, int TopUp, int Cents) deed)
    {
        var world = scene.Stripe.World;
        var session = (await scene.Rows.Find(Id(deed.TopUp), Cancel))!.TopUp.Session!;
        var intent = world.Get(session)["payment_intent"]?.GetValue<string>();

        try
        {
            switch (deed.What)
            {
                case 0:
                    world.Pay(session, deed.Cents % 5 == 0 ? TestCards.Declined : TestCards.Visa);
                    break;
                case 1 when IsFree(world, intent):
                    world.RefundByHand(intent!, Math.Min(deed.Cents, Left(world, intent!)));
                    break;
                case 2 or 3 when IsFree(world, intent):
                    world.Dispute(intent!, deed.Cents, inquiry: deed.Cents % 3 == 0);
                    break;
                case 4:
                    world.RefundsPend = !world.RefundsPend;
                    break;
                case 5 when world.Every("refund") is [.., var refund]:
                    world.SettleRefund(refund["id"]!.GetValue<string>(), deed.Cents % 2 == 0);
                    break;
                case 6 or 7 or 8 when world.Every("dispute") is [.., var dispute]:
                    Go(world, dispute["id"]!.GetValue<string>(), dispute["status"]!.GetValue<string>(), deed.Cents);
                    break;
            }
        }
        catch (SimException)
        {
            // Stripe refuses it: then it does not happen.
        }
    }

    private static void Go(StripeWorld world, string dispute, string status, int cents)
    {
        switch (status)
        {
            case "warning_needs_response" when cents % 2 == 0:
                world.Escalate(dispute);
                break;
            case "warning_needs_response":
                world.CloseInquiry(dispute);
                break;
            case "needs_response" or "under_review":
                world.Decide(dispute, won: cents % 2 == 0);
                break;
        }
    }

    private static bool IsFree(StripeWorld world, string? intent) => intent is not null
        && world.Get(intent)["latest_charge"]?.GetValue<string>() is { } charge
        && !world.Get(charge)["disputed"]!.GetValue<bool>()
        && Left(world, intent) > 0;

    private static long Left(StripeWorld world, string intent)
    {
        var charge = world.Get(world.Get(intent)["latest_charge"]!.GetValue<string>());
        return charge["amount"]!.GetValue<long>() - charge["amount_refunded"]!.GetValue<long>();
    }
}
