using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;

namespace Marketplace.Solana.Tests.Keys;

/// <summary>A corpus of transactions that a thief would like to have signed.</summary>
public sealed class SigningPolicyTests
{
    private static readonly PublicKey Treasury = Web3Fixture.Key(1);
    private static readonly PublicKey Nonce = Web3Fixture.Key(3);

    private static readonly SigningPolicy Policy = new()
    {
        FeePayer = Treasury,
        Mint = Web3Fixture.Mint,
        Decimals = 6,
        AmountMax = 10_000_000,
    };

    private static readonly SigningPermit Permit = new SigningPermit.Transfers(
        Nonce,
        Web3Fixture.Blockhash,
        [new PermittedTransfer(Web3Fixture.Key(20), 1_250_000), new PermittedTransfer(Web3Fixture.Key(21), 2)]);

    [Fact]
    public async Task The_permitted_transfers_are_signed()
    {
        var bytes = Encode([.. Good()]);
        using var signer = new FileSigner(Web3Fixture.Pair(1));

        var signature = await new GuardedSigner(signer, Policy).SignAsync(
            bytes, Permit, TestContext.Current.CancellationToken);

        Assert.True(Keypair.Verify(Treasury, bytes, signature));
    }

    [Fact]
    public void Another_recipient_is_refused() => Refuses(Change(5, Cases.Transfer(22, 1_250_000)));

    [Fact]
    public void Another_amount_is_refused() => Refuses(Change(5, Cases.Transfer(20, 1_250_001)));

    [Fact]
    public void A_missing_transfer_is_refused() => Refuses([.. Good().SkipLast(1)]);

    [Fact]
    public void A_transfer_more_is_refused() => Refuses([.. Good(), Cases.Transfer(21, 2)]);

    [Fact]
    public void Transfers_in_another_order_are_refused() =>
        Refuses([.. Good().Take(5), Cases.Transfer(21, 2), Cases.Transfer(20, 1_250_000)]);

    [Fact]
    public void Closing_the_treasury_account_is_refused() =>
        Refuses([.. Good(), TokenProgram.CloseAccount(Cases.Account(1), Web3Fixture.Key(9), Treasury)]);

    [Fact]
    public void Setting_an_authority_is_refused() =>
        Refuses(
        [
            .. Good(),
            new Instruction(
                TokenProgram.Id,
                [AccountMeta.Writable(Cases.Account(1)), AccountMeta.Signer(Treasury)],
                new byte[] { 6, 2, 1 }.Concat(Web3Fixture.Key(9).ToArray()).ToArray()),
        ]);

    [Fact]
    public void Moving_lamports_is_refused() =>
        Refuses([.. Good(), SystemProgram.Transfer(Treasury, Web3Fixture.Key(9), 1)]);

    [Fact]
    public void Withdrawing_from_the_nonce_account_is_refused() =>
        Refuses([.. Good(), SystemProgram.WithdrawNonce(Nonce, Web3Fixture.Key(9), Treasury, 1)]);

    [Fact]
    public void A_missing_advance_of_the_nonce_is_refused() => Refuses([.. Good().Skip(1)]);

    [Fact]
    public void Another_nonce_account_is_refused() =>
        Refuses(Change(0, SystemProgram.AdvanceNonce(Web3Fixture.Key(4), Treasury)));

    [Fact]
    public void Another_nonce_value_is_refused() => Refuses([.. Good()], new Hash(Web3Fixture.Key(99).Bytes));

    [Fact]
    public void An_account_opened_for_a_stranger_is_refused() =>
        Refuses(Change(4, AssociatedTokenProgram.CreateIdempotent(Treasury, Web3Fixture.Key(22), Web3Fixture.Mint)));

    [Fact]
    public void A_priority_fee_above_the_cap_is_refused() =>
        Refuses(Change(2, ComputeBudgetProgram.SetUnitPrice(1_000_000_000)));

    [Fact]
    public void A_memo_that_names_an_account_is_refused() => Refuses(Change(3, MemoProgram.Note("x", Treasury)));

    [Fact]
    public void Another_mint_is_refused()
    {
        var other = Web3Fixture.Key(77);
        var account = AssociatedTokenProgram.Address(Treasury, other);
        Refuses(Change(5, TokenProgram.TransferChecked(new TokenTransfer
        {
            Source = account,
            Mint = other,
            Destination = AssociatedTokenProgram.Address(Web3Fixture.Key(20), other),
            Owner = Treasury,
            Amount = 1_250_000,
            Decimals = 6,
        })));
    }

    [Fact]
    public void A_sum_above_the_cap_is_refused()
    {
        var permit = new SigningPermit.Transfers(
            Nonce, Web3Fixture.Blockhash, [new PermittedTransfer(Web3Fixture.Key(21), 10_000_001)]);
        var bytes = Encode([SystemProgram.AdvanceNonce(Nonce, Treasury), Cases.Transfer(21, 10_000_001)]);
        Assert.Throws<SigningRefusedException>(() => Policy.Check(bytes, permit));
    }

    [Fact]
    public void Another_fee_payer_and_a_second_signer_are_refused()
    {
        Refuses(Message.Compile(Web3Fixture.Key(9), Web3Fixture.Blockhash, [.. Good()]).Encode());
        Refuses([.. Good().SkipLast(1), Good()[^1] with
        {
            Accounts = [.. Good()[^1].Accounts, AccountMeta.Signer(Web3Fixture.Key(9))],
        }]);
    }

    [Fact]
    public void Addresses_smuggled_through_a_lookup_table_are_refused()
    {
        var table = new LookupTable(Web3Fixture.Key(90), [Cases.Account(20)]);
        Refuses(Message.CompileV0(Treasury, Web3Fixture.Blockhash, [.. Good()], table).Encode());
        Refuses(Message.CompileV0(Treasury, Web3Fixture.Blockhash, [.. Good()]).Encode());
    }

    [Fact]
    public void Bytes_that_are_no_message_are_refused() => Refuses([1, 2, 3]);

    [Fact]
    public void A_cancel_may_do_nothing_else()
    {
        var permit = new SigningPermit.CancelNonce(Nonce, Web3Fixture.Blockhash);
        Policy.Check(Encode([SystemProgram.AdvanceNonce(Nonce, Treasury)]), permit);
        Assert.Throws<SigningRefusedException>(() => Policy.Check(Encode([.. Good()]), permit));
    }

    [Fact]
    public void A_nonce_account_may_be_created_with_its_seed_only()
    {
        var permit = new SigningPermit.CreateNonce("lane-0", 1_447_680);
        Policy.Check(Encode(Cases.Of("seeded")), permit);
        Assert.Throws<SigningRefusedException>(
            () => Policy.Check(Encode(Cases.Of("seeded")), new SigningPermit.CreateNonce("lane-1", 1_447_680)));
        Assert.Throws<SigningRefusedException>(
            () => Policy.Check(Encode([.. Cases.Of("seeded"), Cases.Transfer(20, 1)]), permit));
    }

    [Fact]
    public async Task A_signer_that_answers_with_a_wrong_signature_is_not_believed()
    {
        var liar = new Liar(Treasury);
        await Assert.ThrowsAsync<SigningRefusedException>(async () => await new GuardedSigner(liar, Policy).SignAsync(
            Encode([.. Good()]), Permit, TestContext.Current.CancellationToken));
    }

    private static IReadOnlyList<Instruction> Good() =>
        [.. Cases.Of("payout").SkipLast(1), Cases.Transfer(21, 2)];

    [Fact]
    public void A_note_is_signed_as_it_is_stored_and_alone()
    {
        var permit = new SigningPermit.Note("mkt-epoch-v1:1:1:2:ab");
        var note = MemoProgram.Note(permit.Text, Treasury);
        Policy.Check(Encode([note]), permit);

        Instruction[][] wrong =
        [
            [],
            [note, note],
            [note, Cases.Transfer(20, 1)],
            [Cases.Transfer(20, 1)],
            [MemoProgram.Note(permit.Text + "c", Treasury)],
            [MemoProgram.Note(permit.Text)],
            [ComputeBudgetProgram.SetUnitPrice(1), note],
            [note with { Accounts = [.. note.Accounts, new AccountMeta(Web3Fixture.Key(9), false, true)] }],
        ];

        foreach (var instructions in wrong)
        {
            Assert.Throws<SigningRefusedException>(() => Policy.Check(Encode(instructions), permit));
        }

        Assert.Throws<SigningRefusedException>(() => Policy.Check(Encode([note]), Permit));
        var tooLong = new SigningPermit.Note(new string('x', 161));
        Assert.Throws<SigningRefusedException>(
            () => Policy.Check(Encode([MemoProgram.Note(tooLong.Text, Treasury)]), tooLong));
    }

    [Fact]
    public void A_sweep_brings_one_owners_money_into_the_treasury_and_does_nothing_else()
    {
        var permit = new SigningPermit.Sweep(Web3Fixture.Key(30), 77);
        var sweep = Sweep(30, 77, Cases.Account(1));
        Policy.Check(Encode([sweep]), permit);

        Instruction[][] wrong =
        [
            [],
            [sweep, sweep],
            [Sweep(30, 78, Cases.Account(1))],
            [Sweep(31, 77, Cases.Account(1))],
            [Sweep(30, 77, Cases.Account(20))],
            [ComputeBudgetProgram.SetUnitPrice(1), sweep],
            [sweep, Cases.Transfer(20, 1)],
            [Cases.Transfer(20, 77)],
        ];

        foreach (var instructions in wrong)
        {
            Assert.Throws<SigningRefusedException>(() => Policy.Check(Encode(instructions), permit));
        }

        Assert.Throws<SigningRefusedException>(() => Policy.Check(Encode([sweep]), Permit));
        Assert.Throws<SigningRefusedException>(() => Policy.Check(
            Encode([Cases.Transfer(1, 77)]), new SigningPermit.Sweep(Treasury, 77)));
    }

    private static Instruction Sweep(byte from, ulong amount, PublicKey to) =>
        TokenProgram.TransferChecked(new TokenTransfer
        {
            Source = Cases.Account(from),
            Mint = Web3Fixture.Mint,
            Destination = to,
            Owner = Web3Fixture.Key(from),
            Amount = amount,
            Decimals = 6,
        });

    private static byte[] Encode(IReadOnlyList<Instruction> instructions, Hash? nonce = null) =>
        Message.Compile(Treasury, nonce ?? Web3Fixture.Blockhash, instructions).Encode();

    private static List<Instruction> Change(int index, Instruction instead)
    {
        var instructions = Good().ToList();
        instructions[index] = instead;
        return instructions;
    }

    private static void Refuses(IReadOnlyList<Instruction> instructions, Hash? nonce = null) =>
        Refuses(Encode(instructions, nonce));

    private static void Refuses(byte[] message) =>
        Assert.Throws<SigningRefusedException>(() => Policy.Check(message, Permit));

    private sealed class Liar(PublicKey key) : ITransactionSigner
    {
        public PublicKey PublicKey => key;

        public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Web3Fixture.Pair(2).Sign(message.Span));
    }
}
