using System.Buffers.Binary;
using Marketplace.Solana;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Testing.Solana;

/// <summary>Writes token and nonce account data.</summary>
internal static class FakeToken
{
    public static AccountInfo Account(PublicKey mint, PublicKey owner, ulong amount)
    {
        var data = new byte[TokenAccount.Length];
        mint.Bytes.CopyTo(data);
        owner.Bytes.CopyTo(data.AsSpan(32));
        data[108] = (byte)TokenAccountState.Initialized;
        return WithAmount(
            new AccountInfo(FakeSolana.Rent(data.Length), TokenProgram.Id, data, false), amount);
    }

    public static AccountInfo WithAmount(AccountInfo account, ulong amount)
    {
        var data = account.Data.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(64), amount);
        return account with { Data = data };
    }

    public static AccountInfo Nonce(AccountInfo account, PublicKey authority, Hash value)
    {
        var data = new byte[NonceAccount.Length];
        data[0] = 1;
        data[4] = 1;
        authority.Bytes.CopyTo(data.AsSpan(8));
        value.Bytes.CopyTo(data.AsSpan(40));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(72), 5_000);
        return account with { Data = data };
    }
}
