using CsCheck;
using Marketplace.Domain.Compliance;
using Marketplace.Testing.Compliance;

namespace Marketplace.Domain.Tests.Compliance;

/// <summary>Who is found on a list, and who is not.</summary>
public sealed class SanctionsScreenTests
{
    private const string Solana = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";
    private const string Evm = "0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B";
    private static readonly DateOnly Day = new(2026, 3, 1);

    private static readonly SanctionsScreen Small = new(new(
        Day,
        [
            new()
            {
                Id = "1",
                Kind = PartyKind.Individual,
                Name = "QADRAFI, Muhamar al-Zuwari",
                Aliases = ["Ramón Ibáñez Gutiérrez"],
                Programs = ["TEST"],
                Addresses = [new("SOL", Solana), new("USDC", Evm)],
            },
            new() { Id = "2", Kind = PartyKind.Entity, Name = "Northern Star Shipping Co. Ltd", Programs = ["TEST"] },
        ])
    {
        Edition = "small",
    });

    private static readonly Gen<string> Name = Gen.Int[0, 1_000_000].Select(seed => new MadeNames(seed).Person());

    [Theory]
    [InlineData("qadrafi muhamar al zuwari", "1")]
    [InlineData("Muhamar Zuwari Qadrafi", "1")]
    [InlineData("MUHAMAR AL-ZUWARI QÁDRAFI", "1")]
    [InlineData("Ramon Ibanez Gutierrez", "1")]
    [InlineData("NORTHERN STAR SHIPPING", "2")]
    [InlineData("Shipping Company Northern Star Limited", "2")]
    public void A_listed_name_is_stopped_however_it_is_written(string asked, string party)
    {
        var hit = Small.Name(asked)[0];

        Assert.Equal((party, 1.0, ScreenBand.Block), (hit.Party, hit.Likeness, hit.Band));
    }

    [Theory]
    [InlineData("Muhamar al-Zuwari Gadrafi", ScreenBand.Block)] // another letter of the same sound
    [InlineData("Muhamar al-Zuwari Fadrafi", ScreenBand.Block)] // a slip at the front
    [InlineData("Muhamar Qadrafi", ScreenBand.Block)] // most of a long name
    [InlineData("Muhamar Zuwari", ScreenBand.Review)]
    [InlineData("Northern Lights Shipping", ScreenBand.DueDiligence)]
    [InlineData("Peter Northern", ScreenBand.Clear)]
    [InlineData("Basement Rigs", ScreenBand.Clear)]
    [InlineData("", ScreenBand.Clear)]
    [InlineData("!?", ScreenBand.Clear)]
    public void The_less_alike_the_lower_the_band(string asked, ScreenBand band) =>
        Assert.Equal(band, Small.Name(asked).Select(hit => hit.Band).DefaultIfEmpty(ScreenBand.Clear).First());

    [Fact]
    public void A_base58_address_is_found_in_its_own_spelling_only()
    {
        var hit = Assert.Single(Small.Wallet(Solana));

        Assert.Equal((ScreenHit.WalletField, ScreenBand.Block), (hit.Field, hit.Band));
        Assert.Empty(Small.Wallet(Solana.ToLowerInvariant()));
        Assert.Empty(Small.Wallet(Solana[..^1] + "N"));
    }

    [Fact]
    public void An_EVM_address_is_found_in_any_case()
    {
        Assert.Single(Small.Wallet(Evm));
        Assert.Single(Small.Wallet(Evm.ToLowerInvariant()));
        Assert.Single(Small.Wallet("0X" + Evm[2..].ToUpperInvariant()));
    }

    [Fact]
    public void Order_case_and_accents_make_no_difference() => Gen.Select(Name, Name, Gen.Int[0, 100]).Sample((a, b, seed) =>
    {
        var words = a.Split(' ');
        new Random(seed).Shuffle(words);
        var accented = string.Join(' ', words).Replace("a", "á", StringComparison.Ordinal).Replace("o", "ö", StringComparison.Ordinal);

        Assert.Equal(NameLikeness.Of(a, b), NameLikeness.Of(accented.ToUpperInvariant(), b));
        Assert.Equal(NameLikeness.Of(b, a), NameLikeness.Of(b, accented.ToUpperInvariant()));
    });

    [Fact]
    public void A_name_is_wholly_like_itself_and_nothing_is_more() => Gen.Select(Name, Name).Sample((a, b) =>
    {
        Assert.Equal(1, NameLikeness.Of(a, a));
        Assert.InRange(NameLikeness.Of(a, b), 0, 1);
    });

    [Fact]
    public void Two_words_are_as_alike_either_way_round() => Gen.Select(Gen.String["abcdk"], Gen.String["abcdk"]).Sample((a, b) =>
        Assert.Equal(TokenLikeness.Of(a, b), TokenLikeness.Of(b, a)));

    [Fact]
    public void What_the_index_leaves_out_was_no_hit()
    {
        var list = MadeLists.Of(500, 5, Day);
        var screen = new SanctionsScreen(list);

        Name.Sample(
            name =>
            {
                var all = list.Parties
                    .Select(party => party.Aliases.Prepend(party.Name).Max(listed => NameLikeness.Of(name, listed)))
                    .Where(likeness => likeness >= ScreenBands.DueDiligenceFrom)
                    .OrderDescending()
                    .Take(SanctionsScreen.HitsMax);

                Assert.Equal(all, screen.Name(name).Select(hit => hit.Likeness));
            },
            iter: 100);
    }

    [Fact]
    public void Of_listed_names_with_one_slip_at_least_98_of_100_wait_for_a_person_or_are_stopped()
    {
        var list = MadeLists.Of(2_000, 6, Day);
        var screen = new SanctionsScreen(list);
        var names = new MadeNames(7);
        var found = list.Parties.Count(party => screen.Name(names.WithTypo(party.Name))
            .Any(hit => hit.Party == party.Id && hit.Band >= ScreenBand.Review));

        Assert.True(found >= 0.98 * list.Parties.Count, $"{found} of {list.Parties.Count}");
    }

    [Fact]
    public void Of_names_that_are_not_listed_at_most_1_of_100_waits_for_a_person()
    {
        var screen = new SanctionsScreen(MadeLists.Of(20_000, 8, Day));
        var names = new MadeNames(9);
        const int Asked = 10_000;
        var held = Enumerable.Range(0, Asked)
            .Count(_ => screen.Name(names.Person()).Any(hit => hit.Band >= ScreenBand.Review));

        Assert.True(held <= 0.01 * Asked, $"{held} of {Asked}");
    }
}
