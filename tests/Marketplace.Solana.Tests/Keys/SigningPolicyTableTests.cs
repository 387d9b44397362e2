using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;

namespace Marketplace.Solana.Tests.Keys;

/// <summary>What lookup tables may hide, and how they may be made: as they are written down, in no other way.</summary>
public sealed class SigningPolicyTableTests
{
    private const ulong Slot = 4_321;
    private static readonly PublicKey Treasury = Web3Fixture.Key(1);
    private static readonly PublicKey Nonce = Web3Fixture.Key(3);
    private static readonly PublicKey Table = AddressLookupTableProgram.AddressOf(Treasury, Slot).Address;

    private static readonly SigningPolicy Policy = new()
    {
        FeePayer = Treasury,
        Mint = Web3Fixture.Mint,
        Decimals = 6,
        AmountMax = 10_000_000,
    };

    private static readonly PublicKey[] Places =
        [Web3Fixture.Mint, Cases.Account(1), Cases.Account(20), Cases.Account(21), Cases.Account(22)];

    private static readonly RecordedTable Recorded = new(Table, Places, 4);
    private static readonly LookupTable OnChain = new(Table, Places[..4]);

    private static readonly SigningPermit.Transfers Permit = new(
        Nonce,
        Web3Fixture.Blockhash,
        [new PermittedTransfer(Web3Fixture.Key(20), 5), new PermittedTransfer(Web3Fixture.Key(21), 2)])
    {
        Tables = [OnChain],
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Transfers_whose_accounts_are_looked_up_in_our_own_table_are_signed()
    {
        using var signer = new FileSigner(Web3Fixture.Pair(1));
        var bytes = ByTable(OnChain);
        var lookups = Message.Decode(bytes).Lookups;
        Assert.Equal(3, Assert.Single(lookups).WritableIndexes.Length);

        var signature = await new GuardedSigner(signer, Policy, tables: new Book(Recorded))
            .SignAsync(bytes, Permit, Cancel);

        Assert.True(Keypair.Verify(Treasury, bytes, signature));
    }

    [Fact]
    public async Task A_signer_that_has_no_record_of_the_table_refuses_it()
    {
        using var signer = new FileSigner(Web3Fixture.Pair(1));

        foreach (var book in new ITableRecord?[] { null, new Book() })
        {
            await Assert.ThrowsAsync<SigningRefusedException>(async () =>
                await new GuardedSigner(signer, Policy, tables: book).SignAsync(ByTable(OnChain), Permit, Cancel));
        }
    }

    [Fact]
    public void What_an_index_stands_for_is_our_record_and_what_the_chain_tells_alike()
    {
        Policy.Check(ByTable(OnChain), Permit, [Recorded]);
        PublicKey[] thief = [Places[0], Places[1], Cases.Account(9), Places[3]];

        Refuses(ByTable(OnChain), Permit with { Tables = [OnChain with { Addresses = thief }] }, Recorded);
        Refuses(ByTable(OnChain), Permit, Recorded with { Addresses = thief });
        Refuses(
            ByTable(OnChain),
            Permit with { Tables = [OnChain with { Addresses = thief }] },
            Recorded with { Addresses = thief });
        Refuses(ByTable(OnChain), Permit with { Tables = [] }, Recorded);
        Refuses(ByTable(OnChain), Permit, Recorded with { IsRetired = true });
        Refuses(ByTable(OnChain), Permit, Recorded with { Address = Web3Fixture.Key(90) });
        Refuses(ByTable(OnChain), Permit);
    }

    [Fact]
    public void Addresses_that_are_not_final_yet_are_not_looked_up()
    {
        var whole = new LookupTable(Table, Places);
        var permit = Permit with { Payees = [new PermittedTransfer(Web3Fixture.Key(22), 7)], Tables = [whole] };
        var bytes = ByTable(whole, Cases.Transfer(22, 7));

        Refuses(bytes, permit, Recorded);
        Policy.Check(bytes, permit, [Recorded with { Known = 5 }]);
    }

    [Fact]
    public void Other_payees_or_amounts_are_refused_by_table_too()
    {
        Refuses(ByTable(OnChain, Cases.Transfer(20, 6), Cases.Transfer(21, 2)), Permit, Recorded);
        Refuses(ByTable(OnChain, Cases.Transfer(21, 2), Cases.Transfer(20, 5)), Permit, Recorded);
        Refuses(ByTable(OnChain, Cases.Transfer(20, 5)), Permit, Recorded);
        Refuses(ByTable(OnChain), new SigningPermit.CancelNonce(Nonce, Web3Fixture.Blockhash), Recorded);
        Refuses(
            ByTable(OnChain), new SigningPermit.ExpiringTransfers(Web3Fixture.Blockhash, Permit.Payees), Recorded);
    }

    [Fact]
    public void A_table_is_made_by_us_at_our_cost_where_it_is_written_down_and_only_once()
    {
        var permit = new SigningPermit.CreateTable(Slot);
        var planned = Recorded with { Known = 0 };
        var create = AddressLookupTableProgram.Create(Treasury, Treasury, Slot);
        Policy.Check(Encode(create), permit, [planned]);

        Refuses(Encode(create), permit);
        Refuses(Encode(create), permit, Recorded);
        Refuses(Encode(create), permit, planned with { IsRetired = true });
        Refuses(Encode(create), new SigningPermit.CreateTable(Slot + 1), planned);
        Refuses(Encode(AddressLookupTableProgram.Create(Web3Fixture.Key(9), Treasury, Slot)), permit, planned);
        Refuses(Encode(AddressLookupTableProgram.Create(Treasury, Treasury, Slot + 1)), permit, planned);
        Refuses(Encode(create, create), permit, planned);
        Refuses(Encode(create, SystemProgram.Transfer(Treasury, Web3Fixture.Key(9), 1)), permit, planned);
        Policy.Check(Encode(ComputeBudgetProgram.SetUnitPrice(1_000), create), permit, [planned]);
        Refuses(Encode(ComputeBudgetProgram.SetUnitPrice(1_000_000_000), create), permit, planned);
        Refuses(Encode(ComputeBudgetProgram.SetUnitPrice(1_000)), permit, planned);
    }

    [Fact]
    public void A_table_is_extended_by_what_is_written_down_next_and_within_the_cap()
    {
        var permit = new SigningPermit.ExtendTable(Table, [Places[4]]);
        var extend = AddressLookupTableProgram.Extend(Table, Treasury, Treasury, [Places[4]]);
        Policy.Check(Encode(extend), permit, [Recorded]);

        Refuses(Encode(extend), permit);
        Refuses(Encode(extend), permit, Recorded with { IsRetired = true });
        Refuses(Encode(extend), permit, Recorded with { Known = 3 });
        Refuses(Encode(extend), permit with { Addresses = [Cases.Account(9)] }, Recorded);
        Refuses(Encode(Extend(Table, Treasury, Cases.Account(9))), permit, Recorded);
        Refuses(Encode(Extend(Table, Web3Fixture.Key(9), Places[4])), permit, Recorded);
        Refuses(Encode(Extend(Web3Fixture.Key(90), Treasury, Places[4])), permit, Recorded);
        Refuses(Encode(Extend(Table, Treasury, Places[4], Cases.Account(9))), permit, Recorded);
        Refuses(Encode(extend, extend), permit, Recorded);

        PublicKey[] many = [.. Enumerable.Range(0, 300).Select(at => new PublicKey(
            System.Security.Cryptography.SHA256.HashData([(byte)(at % 256), (byte)(at / 256)])))];
        Extends(0, SigningPolicy.TableExtendMax);
        Extends(255, 1);
        Assert.Throws<SigningRefusedException>(() => Extends(0, SigningPolicy.TableExtendMax + 1));
        Assert.Throws<SigningRefusedException>(() => Extends(255, 2));

        void Extends(int known, int count) => Policy.Check(
            Encode(Extend(Table, Treasury, many[known..(known + count)])),
            new SigningPermit.ExtendTable(Table, many[known..(known + count)]),
            [new RecordedTable(Table, many, known)]);
    }

    [Fact]
    public void A_table_is_ended_when_it_is_ours_and_nothing_else_is_done()
    {
        var permit = new SigningPermit.DeactivateTable(Table);
        var end = AddressLookupTableProgram.Deactivate(Table, Treasury);
        Policy.Check(Encode(end), permit, [Recorded with { IsRetired = true }]);

        Refuses(Encode(end), permit);
        Refuses(Encode(end, Cases.Transfer(20, 1)), permit, Recorded);
        Refuses(Encode(AddressLookupTableProgram.Deactivate(Web3Fixture.Key(90), Treasury)), permit, Recorded);
        Refuses(Encode(end), Permit, Recorded);
    }

    [Fact]
    public void A_message_is_read_with_its_tables_as_it_was_written()
    {
        var instructions = Transfers(Cases.Transfer(20, 5), Cases.Transfer(21, 2));
        var message = Message.Decode(ByTable(OnChain));

        Assert.Equal(
            instructions.SelectMany(one => one.Accounts).Select(account => account.Key),
            message.Decompile([OnChain]).SelectMany(one => one.Accounts).Select(account => account.Key));
        Assert.Throws<InvalidOperationException>(() => message.Decompile([]));
        Assert.Throws<InvalidOperationException>(() => message.Decompile([OnChain with { Addresses = Places[..2] }]));
    }

    [Fact]
    public void A_table_account_tells_who_may_change_it_and_when_it_was_ended()
    {
        var data = new byte[56 + 32];
        data[0] = 1;
        data.AsSpan(4, 8).Fill(0xff);
        data[12] = 7;
        data[21] = 1;
        Treasury.Bytes.CopyTo(data.AsSpan(22));
        Places[0].Bytes.CopyTo(data.AsSpan(56));

        var table = LookupTableAccount.Decode(data)!;
        Assert.Equal((null, 7UL, Treasury), (table.DeactivatedAt, table.LastExtendedAt, table.Authority));
        Assert.Equal(Places[..1], table.Addresses);

        data.AsSpan(5, 7).Clear();
        data[21] = 0;
        Assert.Equal((255UL, (PublicKey?)null),
            (LookupTableAccount.Decode(data)!.DeactivatedAt, LookupTableAccount.Decode(data)!.Authority));
        data[0] = 0;
        Assert.Null(LookupTableAccount.Decode(data));
        Assert.Null(LookupTableAccount.Decode(data.AsSpan(0, 20)));
    }

    private static IReadOnlyList<Instruction> Transfers(params IEnumerable<Instruction> transfers) =>
        [SystemProgram.AdvanceNonce(Nonce, Treasury), .. transfers];

    private static byte[] ByTable(LookupTable table) =>
        ByTable(table, Cases.Transfer(20, 5), Cases.Transfer(21, 2));

    private static byte[] ByTable(LookupTable table, params IEnumerable<Instruction> transfers) =>
        Message.CompileV0(Treasury, Web3Fixture.Blockhash, Transfers(transfers), table).Encode();

    private static byte[] Encode(params IReadOnlyList<Instruction> instructions) =>
        Message.Compile(Treasury, Web3Fixture.Blockhash, instructions).Encode();

    private static Instruction Extend(PublicKey table, PublicKey authority, params IReadOnlyList<PublicKey> places) =>
        AddressLookupTableProgram.Extend(table, authority, Treasury, places);

    private static void Refuses(byte[] message, SigningPermit permit, params IReadOnlyList<RecordedTable> recorded) =>
        Assert.Throws<SigningRefusedException>(() => Policy.Check(message, permit, recorded));

    private sealed class Book(params IReadOnlyList<RecordedTable> tables) : ITableRecord
    {
        public ValueTask<RecordedTable?> FindAsync(PublicKey table, CancellationToken cancellationToken) =>
            ValueTask.FromResult(tables.FirstOrDefault(one => one.Address == table));
    }
}
