using CsCheck;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Tests.Providers;

public sealed class KnownOwnerTests
{
    /// <summary>Owners that have told enough to be known again, with any number of providers each.</summary>
    private static readonly Gen<(int Owner, KnownOwner Known)[]> Providers =
        Gen.Select(Gen.Int[0, 5], Gen.Bool, Gen.Guid)
            .Select((owner, shouts, account) => (owner, Provider(owner, shouts, account)))
            .Array[0, 12];

    private static readonly Gen<KnownOwner> Anybody =
        from account in Gen.Int[0, 2]
        from wallet in Of<string?>(null, "w1", "w2")
        from isCompany in Gen.Bool
        from number in Of<string?>(null, "1", "2")
        from name in Of<string?>(null, "Ada", "Bob")
        from day in Of<int?>(null, 1, 2)
        from country in Of<string?>(null, "DE", "FR")
        select new KnownOwner(AccountId.From(new Guid(account, 0, 0, new byte[8])), wallet, new()
        {
            IsCompany = isCompany,
            RegistrationNumber = number,
            LegalName = name,
            DateOfBirth = day is { } of ? new(1980, 1, of) : null,
            Country = country,
        });

    [Fact]
    public void Two_are_one_owners_the_same_both_ways_and_each_is_its_own() =>
        Gen.Select(Anybody, Anybody).Sample((one, other) =>
        {
            Assert.True(one.IsSameAs(one));
            Assert.Equal(one.IsSameAs(other), other.IsSameAs(one));
        });

    /// <summary>
    /// Whoever may have a voice beside the makers of a text and those heard has one; whatever they all say, what the
    /// platform found is overruled only by two owners that had no part in the text.
    /// </summary>
    [Fact]
    public void The_platform_is_overruled_only_by_two_owners_without_a_part_in_it() =>
        Gen.Select(Providers, Providers).Sample((makers, candidates) =>
        {
            List<(int Owner, KnownOwner Known)> heard = [];

            foreach (var candidate in candidates)
            {
                if (candidate.Known.IsApartFrom(makers.Concat(heard).Select(one => one.Known)))
                {
                    heard.Add(candidate);
                }
            }

            var interested = makers.Select(maker => maker.Owner).ToHashSet();
            var free = candidates.Select(one => one.Owner).Where(owner => !interested.Contains(owner)).Distinct();

            Assert.Equal(free.Order(), heard.Select(one => one.Owner).Order());
            Assert.Equal(
                free.Count() >= 2 ? true : null,
                OpinionJudge.Stands(heard.Select(_ => Opinion.Stands)));
        });

    [Fact]
    public void What_was_not_told_makes_nobody_the_same()
    {
        var (one, other) = (Nobody("a"), Nobody("b"));

        Assert.False(one.IsSameAs(other));
        Assert.False((one with { Identity = new() }).IsSameAs(other with { Identity = new() }));

        // A namesake, and the same number in another country's register.
        ProviderIdentity named = new() { LegalName = "Ada", Country = "DE" };
        Assert.False((one with { Identity = named }).IsSameAs(other with { Identity = named }));
        ProviderIdentity company = new() { IsCompany = true, RegistrationNumber = "HRB 1", Country = "DE" };
        Assert.True((one with { Identity = company }).IsSameAs(other with { Identity = company }));
        Assert.False((one with { Identity = company }).IsSameAs(
            other with { Identity = company with { Country = "AT" } }));
    }

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    /// <summary>Each owner is known again in its own way: by wallet, by company or as a person.</summary>
    private static KnownOwner Provider(int owner, bool shouts, Guid account)
    {
        var name = shouts ? $" OWNER {owner}" : $"owner {owner} ";
        ProviderIdentity? identity = (owner % 3) switch
        {
            0 => null,
            1 => new() { IsCompany = true, RegistrationNumber = name, Country = "de" },
            _ => new() { LegalName = name, DateOfBirth = new(1980, 1, 1), Country = "DE" },
        };

        return new(AccountId.From(account), owner % 3 == 0 ? $"wallet {owner}" : null, identity);
    }

    private static KnownOwner Nobody(string account) =>
        new(AccountId.From(new Guid(account[0], 0, 0, new byte[8])), null, null);
}
