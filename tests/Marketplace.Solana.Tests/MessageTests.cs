namespace Marketplace.Solana.Tests;

public sealed class MessageTests
{
    public static TheoryData<string> Names => ["system", "seeded", "payout", "token"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Legacy_bytes_equal_those_of_the_reference_client(string name)
    {
        var message = Message.Compile(Web3Fixture.Key(1), Web3Fixture.Blockhash, Cases.Of(name));

        Assert.Equal(Web3Fixture.Case("legacy", name).Message, message.Encode());
        AssertSigned(message, "legacy", name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Version_0_bytes_with_a_lookup_table_equal_those_of_the_reference_client(string name)
    {
        var table = new LookupTable(
            Web3Fixture.Key(90), [Cases.Account(20), Cases.Account(21), Web3Fixture.Mint, Web3Fixture.Key(22)]);
        var message = Message.CompileV0(Web3Fixture.Key(1), Web3Fixture.Blockhash, Cases.Of(name), table);

        Assert.Equal(Web3Fixture.Case("v0", name).Message, message.Encode());
        AssertSigned(message, "v0", name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_legacy_message_decompiles_to_the_instructions_it_was_made_of(string name)
    {
        var instructions = Message.Decode(Web3Fixture.Case("legacy", name).Message).Decompile();
        var expected = Cases.Of(name);

        Assert.Equal(expected.Count, instructions.Count);
        Assert.All(instructions.Zip(expected), pair =>
        {
            Assert.Equal(pair.Second.Program, pair.First.Program);
            Assert.Equal(pair.Second.Data.ToArray(), pair.First.Data.ToArray());
            Assert.Equal(pair.Second.Accounts.Select(meta => meta.Key), pair.First.Accounts.Select(meta => meta.Key));

            // A key keeps its widest use in the whole message.
            Assert.All(pair.First.Accounts.Zip(pair.Second.Accounts), metas =>
            {
                Assert.True(metas.First.IsSigner || !metas.Second.IsSigner);
                Assert.True(metas.First.IsWritable || !metas.Second.IsWritable);
            });
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Wire_bytes_survive_decode_and_encode(string name)
    {
        foreach (var version in new[] { "legacy", "v0" })
        {
            var (_, wire, id) = Web3Fixture.Case(version, name);
            var transaction = Transaction.Decode(wire);

            Assert.Equal(wire, transaction.Encode());
            Assert.Equal(id, transaction.Id.ToString());
        }
    }

    [Fact]
    public void A_message_with_lookup_tables_refuses_to_be_read_without_them()
    {
        var message = Message.Decode(Web3Fixture.Case("v0", "payout").Message);

        Assert.Throws<InvalidOperationException>(() => message.Decompile());
        Assert.Equal(MessageVersion.V0, message.Version);
    }

    private static void AssertSigned(Message message, string version, string name)
    {
        var bytes = message.Encode();
        var pairs = new[] { Web3Fixture.Pair(1), Web3Fixture.Pair(3) };
        var signatures = message.Keys.Take(message.RequiredSignatures)
            .Select(key => pairs.Single(pair => pair.PublicKey == key).Sign(bytes))
            .ToList();

        Assert.Equal(Web3Fixture.Case(version, name).Wire, new Transaction(signatures, message).Encode());
    }
}
