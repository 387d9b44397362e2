using Marketplace.Solana.Programs;

namespace Marketplace.Solana.Keys;

/// <content>
/// Lookup tables: an index says nothing by itself, so what it stands for has to come from the permit and from our own
/// record alike. Tables are made and extended as they are written down, and in no other way.
/// </content>
public sealed partial record SigningPolicy
{
    /// <summary>Most addresses that one transaction puts into a table; 28 fit into its bytes.</summary>
    public const int TableExtendMax = 24;

    /// <summary>Most tables that one transaction may look up in.</summary>
    public const int TablesMax = 16;

    /// <summary>Every table that the message looks up in or that the permit is about.</summary>
    /// <exception cref="SigningRefusedException">Not a message, or too many tables.</exception>
    internal IReadOnlyList<PublicKey> TablesNamed(ReadOnlySpan<byte> bytes, SigningPermit permit)
    {
        var lookups = Read(bytes).Lookups;
        Require(lookups.Count <= TablesMax, $"{lookups.Count} lookup tables, at most {TablesMax} are looked up in");

        return permit switch
        {
            SigningPermit.CreateTable create => [AddressLookupTableProgram.AddressOf(FeePayer, create.Slot).Address],
            SigningPermit.ExtendTable extend => [extend.Table],
            SigningPermit.DeactivateTable deactivate => [deactivate.Table],
            _ => [.. lookups.Select(lookup => lookup.Table)],
        };
    }

    /// <summary>What the lookups of a message may be read with: our own record of each table.</summary>
    private static IReadOnlyList<LookupTable> Tables(
        Message message, SigningPermit permit, IReadOnlyList<RecordedTable> recorded)
    {
        if (message.Version == MessageVersion.Legacy && message.Lookups.Count == 0)
        {
            return [];
        }

        Require(
            permit is SigningPermit.Transfers { Tables.Count: > 0 } && message.Lookups.Count > 0,
            "only legacy messages are signed where no lookup table is permitted");
        var given = ((SigningPermit.Transfers)permit).Tables;
        Require(
            message.Lookups.DistinctBy(lookup => lookup.Table).Count() == message.Lookups.Count,
            "a lookup table is named twice");
        return [.. message.Lookups.Select(lookup => Resolved(lookup, given, recorded))];
    }

    private static LookupTable Resolved(
        TableLookup lookup, IReadOnlyList<LookupTable> given, IReadOnlyList<RecordedTable> recorded)
    {
        var told = given.FirstOrDefault(table => table.Address == lookup.Table);
        var ours = recorded.FirstOrDefault(table => table.Address == lookup.Table);
        Require(ours is not null, $"lookup table {lookup.Table} is none of ours");
        Require(!ours!.IsRetired, $"lookup table {lookup.Table} is retired");
        Require(told is not null, $"lookup table {lookup.Table} is not permitted");

        foreach (var index in (byte[])[.. lookup.WritableIndexes.Span, .. lookup.ReadOnlyIndexes.Span])
        {
            Require(
                index < ours.Known && index < ours.Addresses.Count && index < told!.Addresses.Count,
                $"lookup table {lookup.Table} has no final address {index}");
            Require(
                ours.Addresses[index] == told!.Addresses[index],
                $"address {index} of lookup table {lookup.Table} is {told.Addresses[index]}, written down is "
                    + $"{ours.Addresses[index]}");
        }

        return new LookupTable(lookup.Table, [.. ours.Addresses.Take(ours.Known)]);
    }

    /// <summary>Exactly the step that is written down, by us, at our cost; a compute budget may be beside it.</summary>
    private void CheckTable(
        IReadOnlyList<Instruction> instructions, SigningPermit permit, IReadOnlyList<RecordedTable> recorded)
    {
        var expected = permit switch
        {
            SigningPermit.CreateTable create => Creates(create, recorded),
            SigningPermit.ExtendTable extend => Extends(extend, recorded),
            SigningPermit.DeactivateTable { Table: var table } => AddressLookupTableProgram.Deactivate(
                Ours(table, recorded).Address, FeePayer),
            _ => throw new SigningRefusedException($"unknown permit {permit}"),
        };
        var asked = WithoutBudget(instructions);
        Require(
            asked.Count == 1 && Same(asked[0], expected),
            "only the step of the lookup table that is written down may be signed");
    }

    private Instruction Creates(SigningPermit.CreateTable permit, IReadOnlyList<RecordedTable> recorded)
    {
        var table = Ours(AddressLookupTableProgram.AddressOf(FeePayer, permit.Slot).Address, recorded);
        Require(table is { Known: 0, IsRetired: false }, $"lookup table {table.Address} is made already");
        return AddressLookupTableProgram.Create(FeePayer, FeePayer, permit.Slot);
    }

    private Instruction Extends(SigningPermit.ExtendTable permit, IReadOnlyList<RecordedTable> recorded)
    {
        var table = Ours(permit.Table, recorded);
        var count = permit.Addresses.Count;
        Require(!table.IsRetired, $"lookup table {table.Address} is retired");
        Require(count is >= 1 and <= TableExtendMax, $"{count} addresses, 1 to {TableExtendMax} may be added at once");
        Require(
            table.Known + count <= LookupTableAccount.AddressesMax,
            $"a lookup table has at most {LookupTableAccount.AddressesMax} addresses");
        Require(
            table.Addresses.Skip(table.Known).Take(count).SequenceEqual(permit.Addresses),
            $"other addresses are written down next for lookup table {table.Address}");
        return AddressLookupTableProgram.Extend(table.Address, FeePayer, FeePayer, permit.Addresses);
    }

    private static RecordedTable Ours(PublicKey table, IReadOnlyList<RecordedTable> recorded)
    {
        var ours = recorded.FirstOrDefault(one => one.Address == table);
        Require(ours is not null, $"lookup table {table} is none of ours");
        return ours!;
    }
}
