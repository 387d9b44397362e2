using System.Text;
using Marketplace.Solana.Programs;

namespace Marketplace.Solana.Tests.Programs;

public sealed class ProgramAddressTests
{
    [Fact]
    public void Associated_addresses_equal_those_of_the_reference_client()
    {
        foreach (var entry in Web3Fixture.Root.GetProperty("associated").EnumerateObject())
        {
            var address = AssociatedTokenProgram.Address(PublicKey.Parse(entry.Name), Web3Fixture.Mint);
            Assert.Equal(entry.Value.GetString(), address.ToString());
            Assert.False(address.IsOnCurve());
        }
    }

    [Fact]
    public void Derived_addresses_and_bumps_equal_those_of_the_reference_client()
    {
        foreach (var entry in Web3Fixture.Root.GetProperty("derived").EnumerateArray())
        {
            var (address, bump) = ProgramAddress.Find(
                TokenProgram.Id,
                Encoding.UTF8.GetBytes(entry.GetProperty("seed").GetString()!),
                PublicKey.Parse(entry.GetProperty("key").GetString()!).ToArray());
            Assert.Equal(entry.GetProperty("address").GetString(), address.ToString());
            Assert.Equal(entry.GetProperty("bump").GetByte(), bump);
        }
    }

    [Fact]
    public void Seeded_addresses_equal_those_of_the_reference_client()
    {
        foreach (var entry in Web3Fixture.Root.GetProperty("seeded").EnumerateObject())
        {
            var address = ProgramAddress.WithSeed(Web3Fixture.Key(1), entry.Name, SystemProgram.Id);
            Assert.Equal(entry.Value.GetString(), address.ToString());
        }
    }

    [Fact]
    public void A_seed_of_33_bytes_is_refused() =>
        Assert.Throws<ArgumentException>(() =>
            ProgramAddress.WithSeed(Web3Fixture.Key(1), new string('x', 33), SystemProgram.Id));
}
