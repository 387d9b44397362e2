using CsCheck;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Tests.Market;

public sealed class FailedAttemptTests
{
    private static readonly Ending Accuses = new("model-corrupt", "No tensor.", CausedBy.Renter);
    private static readonly Ending Broke = new("device-fault", "It broke.", CausedBy.Provider);

    [Fact]
    public void One_rigs_word_about_the_order_leads_to_another_attempt() =>
        Assert.Null(FailedAttempt.EndOf(Accuses, [Provider(1)], 1, 5));

    [Fact]
    public void Two_devices_of_one_provider_are_one_opinion()
    {
        var accusers = FailedAttempt.Accusers([Provider(1)], Provider(1), Accuses);

        Assert.Equal([Provider(1)], accusers);
        Assert.Null(FailedAttempt.EndOf(Accuses, accusers, 2, 5));
    }

    [Fact]
    public void Two_providers_hold_the_order_at_fault()
    {
        var accusers = FailedAttempt.Accusers([Provider(1)], Provider(2), Accuses);

        Assert.Equal(Accuses, FailedAttempt.EndOf(Accuses, accusers, 2, 5));
    }

    [Fact]
    public void Who_does_not_blame_the_order_is_no_accuser_and_confirms_nothing()
    {
        Assert.Empty(FailedAttempt.Accusers([], Provider(1), Broke));
        Assert.Null(FailedAttempt.EndOf(Broke, [Provider(1), Provider(2)], 2, 5));
    }

    [Fact]
    public void At_the_last_attempt_an_accusation_that_nobody_confirmed_does_not_fall_on_the_renter()
    {
        var end = FailedAttempt.EndOf(Accuses, [Provider(1)], 5, 5);

        Assert.Equal(Accuses with { CausedBy = CausedBy.Provider }, end);
        Assert.Equal(Broke, FailedAttempt.EndOf(Broke, [], 5, 5));
    }

    [Fact]
    public void The_renter_is_held_at_fault_by_two_providers_or_not_at_all() =>
        Gen.Int[1, 4].Array[0, 8].Select(Gen.Int[1, 5], Gen.Bool).Sample((who, attempts, accuses) =>
        {
            var end = FailedAttempt.EndOf(accuses ? Accuses : Broke, [.. who.Select(Provider)], attempts, 5);

            Assert.True(end?.CausedBy != CausedBy.Renter || who.Distinct().Count() >= 2);
            Assert.True(end is not null || attempts < 5);
        });

    private static ProviderId Provider(int number) => ProviderId.From(PrefixedId.Derive("provider", $"{number}"));
}
