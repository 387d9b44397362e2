namespace Marketplace.Domain.Compliance;

/// <summary>What a list file may hold; beyond it the file is refused rather than cut.</summary>
internal static class ListLimits
{
    public const int NameLengthMax = 1_000;
    public const int AliasesMax = 1_000;
    public const int AddressesMax = 10_000;

    /// <summary>Refuses a party that is no party, or larger than any list has.</summary>
    /// <exception cref="ListFormatException">A field is missing or too large.</exception>
    public static ListedParty Check(ListedParty party, string file, int line)
    {
        Name(party.Name, "name");

        foreach (var alias in party.Aliases)
        {
            Name(alias, "alias");
        }

        Refuse(party.Id.Length is 0 or > 40, "id", $"has {party.Id.Length} characters, allowed are 1 to 40");
        Refuse(party.Aliases.Count > AliasesMax, "alias", $"more than {AliasesMax} of party {party.Id}");
        Refuse(party.Addresses.Count > AddressesMax, "address", $"more than {AddressesMax} of party {party.Id}");

        foreach (var address in party.Addresses)
        {
            Refuse(
                address.Value.Length is 0 or > ListedAddress.LengthMax,
                $"digital currency address ({address.Currency})",
                $"has {address.Value.Length} characters, allowed are 1 to {ListedAddress.LengthMax}");
        }

        return party;

        void Name(string name, string field) => Refuse(
            name.Length is 0 or > NameLengthMax,
            field,
            $"has {name.Length} characters, allowed are 1 to {NameLengthMax}");

        void Refuse(bool isWrong, string field, string why)
        {
            if (isWrong)
            {
                throw new ListFormatException(file, line, field, why);
            }
        }
    }

    /// <exception cref="ListFormatException">There are more parties than any list has.</exception>
    public static void CheckCount(int parties, string file, int line)
    {
        if (parties > SanctionsList.PartiesMax)
        {
            throw new ListFormatException(file, line, "party", $"more than {SanctionsList.PartiesMax}");
        }
    }
}
