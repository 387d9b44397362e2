using System.Buffers.Binary;

namespace Marketplace.Solana.Programs;

/// <summary>
/// Tables of addresses on the chain, which v0 messages name by one byte each. What is in a table stays at its place for
/// ever; more is put behind it.
/// </summary>
public static class AddressLookupTableProgram
{
    public static PublicKey Id { get; } = PublicKey.Parse("AddressLookupTab1e1111111111111111111111111");

    /// <summary>Where the table of an authority and a slot is, with the bump that makes it so.</summary>
    public static (PublicKey Address, byte Bump) AddressOf(PublicKey authority, ulong slot)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, slot);
        return ProgramAddress.Find(Id, authority.ToArray(), bytes);
    }

    /// <summary>
    /// Makes an empty table. The slot must have a block and be among the last 512 when it is executed. Again for a
    /// table that is there does nothing.
    /// </summary>
    public static Instruction Create(PublicKey authority, PublicKey payer, ulong slot)
    {
        var (address, bump) = AddressOf(authority, slot);
        return new Instruction(
            Id,
            [
                AccountMeta.Writable(address),
                AccountMeta.ReadOnly(authority),
                AccountMeta.WritableSigner(payer),
                AccountMeta.ReadOnly(SystemProgram.Id),
            ],
            new WireWriter().U32(0).U64(slot).Byte(bump).ToArray());
    }

    /// <summary>
    /// Puts addresses behind those that are in the table; the payer adds the rent. They can be looked up one slot
    /// later. Again puts them there once more.
    /// </summary>
    public static Instruction Extend(
        PublicKey table, PublicKey authority, PublicKey payer, IReadOnlyList<PublicKey> addresses)
    {
        var data = new WireWriter().U32(2).U64((ulong)addresses.Count);

        foreach (var address in addresses)
        {
            data.Key(address);
        }

        return new Instruction(
            Id,
            [
                AccountMeta.Writable(table),
                AccountMeta.Signer(authority),
                AccountMeta.WritableSigner(payer),
                AccountMeta.ReadOnly(SystemProgram.Id),
            ],
            data.ToArray());
    }

    /// <summary>Ends a table: about 512 slots later nothing can be looked up in it any more.</summary>
    public static Instruction Deactivate(PublicKey table, PublicKey authority) =>
        new(
            Id,
            [AccountMeta.Writable(table), AccountMeta.Signer(authority)],
            new WireWriter().U32(3).ToArray());
}
