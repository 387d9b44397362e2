using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using SolanaMessage = Marketplace.Solana.Message;

namespace Marketplace.Solana.Tests.Keys;

/// <content>Lookup tables with the treasury's key in a token: the same is signed for wherever the key is.</content>
public sealed partial class Pkcs11SignerTests
{
    [Fact]
    public async Task A_token_signs_the_steps_of_our_own_lookup_table_and_what_is_looked_up_in_it()
    {
        SkipWithoutToken();
        using var signer = Pkcs11Signer.Open(token.Key);
        var treasury = signer.PublicKey;
        var table = AddressLookupTableProgram.AddressOf(treasury, 7).Address;
        PublicKey[] places =
            [Web3Fixture.Mint, AssociatedTokenProgram.Address(treasury, Web3Fixture.Mint), Cases.Account(20)];
        var policy = new SigningPolicy
        {
            FeePayer = treasury,
            Mint = Web3Fixture.Mint,
            Decimals = 6,
            AmountMax = 1,
        };
        var transfer = TokenProgram.TransferChecked(new TokenTransfer
        {
            Source = places[1],
            Mint = Web3Fixture.Mint,
            Destination = places[2],
            Owner = treasury,
            Amount = 1,
            Decimals = 6,
        });
        var told = new LookupTable(table, places);
        var pay = SolanaMessage.CompileV0(
            treasury,
            Web3Fixture.Blockhash,
            [SystemProgram.AdvanceNonce(Web3Fixture.Key(3), treasury), transfer],
            told);
        PermittedTransfer[] payees = [new(Web3Fixture.Key(20), 1)];

        await Signs(Step(AddressLookupTableProgram.Create(treasury, treasury, 7)), new SigningPermit.CreateTable(7), 0);
        await Signs(
            Step(AddressLookupTableProgram.Extend(table, treasury, treasury, places)),
            new SigningPermit.ExtendTable(table, places),
            0);
        var permit = new SigningPermit.Transfers(Web3Fixture.Key(3), Web3Fixture.Blockhash, payees)
        {
            Tables = [told],
        };
        await Signs(pay, permit, 3);
        await Assert.ThrowsAsync<SigningRefusedException>(() => Signs(pay, permit, 2));

        SolanaMessage Step(Instruction step) => SolanaMessage.Compile(treasury, Web3Fixture.Blockhash, [step]);

        async Task Signs(SolanaMessage message, SigningPermit permit, int known)
        {
            var guarded = new GuardedSigner(signer, policy, tables: new Written(new RecordedTable(table, places, known)));
            var signature = await guarded.SignAsync(message.Encode(), permit, Cancel);
            Assert.True(Keypair.Verify(treasury, message.Encode(), signature));
        }
    }

    private sealed class Written(RecordedTable table) : ITableRecord
    {
        public ValueTask<RecordedTable?> FindAsync(PublicKey asked, CancellationToken cancellationToken) =>
            ValueTask.FromResult(asked == table.Address ? table : null);
    }
}
