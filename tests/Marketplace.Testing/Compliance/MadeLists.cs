using System.Globalization;
using Marketplace.Domain.Compliance;

namespace Marketplace.Testing.Compliance;

/// <summary>Sanctions lists that name nobody who exists.</summary>
public static class MadeLists
{
    /// <summary>A list of so many parties: two thirds people, each third party with another name.</summary>
    public static SanctionsList Of(int parties, int seed, DateOnly publishedOn)
    {
        var names = new MadeNames(seed);

        return new(
            publishedOn,
            [
                .. Enumerable.Range(1, parties).Select(number => new ListedParty
                {
                    Id = number.ToString(CultureInfo.InvariantCulture),
                    Kind = number % 3 == 0 ? PartyKind.Entity : PartyKind.Individual,
                    Name = number % 3 == 0 ? names.Company() : names.Person(),
                    Aliases = number % 3 == 1 ? [names.Person()] : [],
                    Programs = ["TEST"],
                    Addresses = [],
                }),
            ])
        {
            Edition = $"made-{seed}",
        };
    }
}
