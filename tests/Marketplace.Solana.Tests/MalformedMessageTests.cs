using CsCheck;
using Marketplace.Solana.Keys;

namespace Marketplace.Solana.Tests;

public sealed class MalformedMessageTests
{
    [Fact]
    public void Every_truncation_is_refused_and_names_an_offset_inside_the_bytes()
    {
        foreach (var version in new[] { "legacy", "v0" })
        {
            var wire = Web3Fixture.Case(version, "payout").Wire;

            for (var length = 0; length < wire.Length; length++)
            {
                var problem = Assert.Throws<MessageFormatException>(() => Transaction.Decode(wire.AsSpan(0, length)));
                Assert.InRange(problem.Offset, 0, length);
                Assert.Contains($"at byte {problem.Offset}", problem.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Bytes_behind_the_end_are_refused()
    {
        var wire = Web3Fixture.Case("legacy", "system").Wire;
        var problem = Assert.Throws<MessageFormatException>(() => Transaction.Decode([.. wire, 0]));
        Assert.Equal(wire.Length, problem.Offset);
    }

    [Fact]
    public void A_length_in_a_longer_form_than_needed_is_refused()
    {
        byte[] padded = [0x81, 0x00, .. Web3Fixture.Case("legacy", "seeded").Wire.AsSpan(1)];
        Assert.Equal(0, Assert.Throws<MessageFormatException>(() => Transaction.Decode(padded)).Offset);
    }

    [Fact]
    public void An_unknown_version_is_refused_at_its_byte()
    {
        var message = Web3Fixture.Case("v0", "payout").Message.ToArray();
        message[0] = 0x81;
        Assert.Equal(0, Assert.Throws<MessageFormatException>(() => Message.Decode(message)).Offset);
    }

    [Fact]
    public void Random_damage_never_escapes_as_another_exception_and_never_changes_meaning_silently()
    {
        var wires = new[] { "legacy", "v0" }
            .SelectMany(version => new[] { "system", "payout", "token" }.Select(name => Web3Fixture.Case(version, name).Wire))
            .ToList();

        Gen.Select(Gen.Int[0, wires.Count - 1], Gen.Int[0, 1231], Gen.Byte[1, 255]).Sample((which, at, flip) =>
        {
            var wire = wires[which].ToArray();
            wire[at % wire.Length] ^= flip;

            try
            {
                Assert.Equal(wire, Transaction.Decode(wire).Encode());
            }
            catch (MessageFormatException)
            {
                // Refused with an offset: that is the other right answer.
            }
        });
    }

    [Fact]
    public void Any_message_survives_encode_and_decode()
    {
        var keys = Gen.Byte.Array[32].Select(bytes => new PublicKey(bytes));
        var meta = Gen.Select(Gen.Int[0, 11], Gen.Bool, Gen.Bool);
        var instruction = Gen.Select(Gen.Int[0, 11], meta.Array[0, 12], Gen.Byte.Array[0, 300]);

        Gen.Select(keys.Array[12], instruction.Array[0, 6], Gen.Byte.Array[32], Gen.Bool).Sample((pool, parts, hash, v0) =>
        {
            var instructions = parts
                .Select(part => new Instruction(
                    pool[part.Item1 == 0 ? 1 : part.Item1],
                    [.. part.Item2.Select(one => new AccountMeta(pool[one.Item1], one.Item2, one.Item3))],
                    part.Item3))
                .ToList();

            // A program that is also the fee payer cannot be invoked: keep the payer out of the pool of programs.
            var message = v0
                ? Message.CompileV0(pool[0], new Hash(hash), instructions, new LookupTable(pool[11], pool[5..9]))
                : Message.Compile(pool[0], new Hash(hash), instructions);
            var bytes = message.Encode();

            Assert.Equal(bytes, Message.Decode(bytes).Encode());
        });
    }

    [Fact]
    public void A_signature_covers_the_version_byte()
    {
        var (message, wire, _) = Web3Fixture.Case("v0", "payout");
        var signature = Transaction.Decode(wire).Id;

        Assert.True(Keypair.Verify(Web3Fixture.Key(1), message, signature));
        Assert.False(Keypair.Verify(Web3Fixture.Key(1), message.AsSpan(1), signature));
    }
}
