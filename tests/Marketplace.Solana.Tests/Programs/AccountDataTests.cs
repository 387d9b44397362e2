using Marketplace.Solana.Programs;

namespace Marketplace.Solana.Tests.Programs;

public sealed class AccountDataTests
{
    [Fact]
    public void A_token_account_is_read_with_its_state_and_delegate()
    {
        var data = new byte[TokenAccount.Length];
        Web3Fixture.Mint.Bytes.CopyTo(data);
        Web3Fixture.Key(2).Bytes.CopyTo(data.AsSpan(32));
        data[64] = 7;
        data[72] = 1;
        Web3Fixture.Key(3).Bytes.CopyTo(data.AsSpan(76));
        data[108] = 2;

        var account = TokenAccount.Decode(data);

        Assert.Equal((Web3Fixture.Mint, Web3Fixture.Key(2), 7UL), (account.Mint, account.Owner, account.Amount));
        Assert.Equal(Web3Fixture.Key(3), account.Delegate);
        Assert.Null(account.CloseAuthority);
        Assert.True(account.IsFrozen);
    }

    [Theory]
    [InlineData(108, 3, 108)]
    [InlineData(72, 2, 72)]
    [InlineData(129, 9, 129)]
    public void A_token_account_with_an_unknown_flag_is_refused_at_its_byte(int at, byte value, int offset)
    {
        var data = new byte[TokenAccount.Length];
        data[at] = value;
        Assert.Equal(offset, Assert.Throws<MessageFormatException>(() => TokenAccount.Decode(data)).Offset);
    }

    [Fact]
    public void An_account_of_another_length_is_refused()
    {
        Assert.Throws<MessageFormatException>(() => TokenAccount.Decode(new byte[82]));
        Assert.Throws<MessageFormatException>(() => MintAccount.Decode(new byte[165]));
        Assert.Throws<MessageFormatException>(() => NonceAccount.Decode(new byte[79]));
    }

    [Fact]
    public void A_nonce_account_that_is_not_initialized_has_no_value() =>
        Assert.Null(NonceAccount.Decode(new byte[NonceAccount.Length]));

    [Fact]
    public void A_lookup_table_is_read_behind_its_header()
    {
        var data = new byte[56 + 64];
        data[0] = 1;
        Web3Fixture.Key(4).Bytes.CopyTo(data.AsSpan(88));
        Assert.Equal(Web3Fixture.Key(4), LookupTableAccount.Decode(data)!.Addresses[1]);
        Assert.Throws<MessageFormatException>(() => LookupTableAccount.Decode(data.AsSpan(0, data.Length - 1)));
    }
}
