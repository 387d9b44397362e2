namespace Marketplace.Solana;

/// <summary>
/// What is signed: the accounts in their fixed order (writable signers, read-only signers, writable, read-only; the fee
/// payer first), a recent blockhash or nonce value, and the instructions. The signatures cover <see cref="Encode"/>.
/// </summary>
public sealed record Message
{
    private const byte VersionFlag = 0x80;

    public required MessageVersion Version { get; init; }

    public required byte RequiredSignatures { get; init; }

    public required byte ReadOnlySigned { get; init; }

    public required byte ReadOnlyUnsigned { get; init; }

    /// <summary>The keys spelled out in the message. Lookup tables add more behind them.</summary>
    public required IReadOnlyList<PublicKey> Keys { get; init; }

    /// <summary>A recent blockhash, or the value of a durable nonce.</summary>
    public required Hash RecentBlockhash { get; init; }

    public required IReadOnlyList<CompiledInstruction> Instructions { get; init; }

    public IReadOnlyList<TableLookup> Lookups { get; init; } = [];

    public PublicKey FeePayer => Keys[0];

    /// <summary>Static keys and looked-up ones together.</summary>
    public int AccountCount =>
        Keys.Count + Lookups.Sum(lookup => lookup.WritableIndexes.Length + lookup.ReadOnlyIndexes.Length);

    /// <summary>Makes a legacy message. Keys keep the order in which the instructions name them.</summary>
    public static Message Compile(PublicKey feePayer, Hash recentBlockhash, IReadOnlyList<Instruction> instructions) =>
        MessageCompiler.Compile(MessageVersion.Legacy, feePayer, recentBlockhash, instructions, []);

    /// <summary>Makes a v0 message; keys found in a table are looked up, except signers and invoked programs.</summary>
    public static Message CompileV0(
        PublicKey feePayer,
        Hash recentBlockhash,
        IReadOnlyList<Instruction> instructions,
        params IReadOnlyList<LookupTable> tables) =>
        MessageCompiler.Compile(MessageVersion.V0, feePayer, recentBlockhash, instructions, tables);

    /// <summary>Reads a message and checks its counts and indexes.</summary>
    /// <exception cref="MessageFormatException">Not a message; names the offset.</exception>
    public static Message Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var message = Read(ref reader);
        reader.End("message");
        return message;
    }

    /// <summary>The bytes that are signed.</summary>
    public byte[] Encode()
    {
        var writer = new WireWriter();

        if (Version == MessageVersion.V0)
        {
            writer.Byte(VersionFlag);
        }

        writer.Byte(RequiredSignatures).Byte(ReadOnlySigned).Byte(ReadOnlyUnsigned).ShortVec(Keys.Count);

        foreach (var key in Keys)
        {
            writer.Key(key);
        }

        writer.Raw(RecentBlockhash.Bytes).ShortVec(Instructions.Count);

        foreach (var instruction in Instructions)
        {
            writer.Byte(instruction.ProgramIndex)
                .Counted(instruction.AccountIndexes.Span)
                .Counted(instruction.Data.Span);
        }

        return Version == MessageVersion.Legacy ? writer.ToArray() : EncodeLookups(writer);
    }

    public bool IsSigner(int index) => index < RequiredSignatures;

    /// <summary>
    /// Whether the account at this index is locked for writing; looked-up accounts follow the static ones.
    /// </summary>
    public bool IsWritable(int index)
    {
        if (index >= Keys.Count)
        {
            return index - Keys.Count < Lookups.Sum(lookup => lookup.WritableIndexes.Length);
        }

        return index < RequiredSignatures
            ? index < RequiredSignatures - ReadOnlySigned
            : index < Keys.Count - ReadOnlyUnsigned;
    }

    /// <summary>The instructions with full addresses. Only for a message without lookup tables.</summary>
    /// <exception cref="InvalidOperationException">The message hides addresses in a lookup table.</exception>
    public IReadOnlyList<Instruction> Decompile()
    {
        if (Lookups.Count > 0)
        {
            throw new InvalidOperationException("A message with lookup tables cannot be read without the tables.");
        }

        return Decompile([]);
    }

    /// <summary>The instructions with full addresses, looked up in these tables.</summary>
    /// <exception cref="InvalidOperationException">A table is not among them, or has no such address.</exception>
    public IReadOnlyList<Instruction> Decompile(IReadOnlyList<LookupTable> tables)
    {
        var keys = Accounts(tables);
        return [.. Instructions.Select(one => Expand(one, keys))];
    }

    /// <summary>Every account in index order: the keys, writable looked-up ones, read-only looked-up ones.</summary>
    /// <exception cref="InvalidOperationException">A table is not among them, or has no such address.</exception>
    public IReadOnlyList<PublicKey> Accounts(IReadOnlyList<LookupTable> tables) =>
    [
        .. Keys,
        .. Lookups.SelectMany(lookup => Taken(lookup.Table, lookup.WritableIndexes, tables)),
        .. Lookups.SelectMany(lookup => Taken(lookup.Table, lookup.ReadOnlyIndexes, tables)),
    ];

    internal static Message Read(ref WireReader reader)
    {
        var version = MessageVersion.Legacy;

        if ((reader.Peek() & VersionFlag) != 0)
        {
            var offset = reader.Offset;
            var prefix = reader.Byte("version");
            version = prefix == VersionFlag
                ? MessageVersion.V0
                : throw new MessageFormatException(
                    offset, $"message version {prefix & 0x7f}, only legacy and 0 are known");
        }

        var headerAt = reader.Offset;
        var message = new Message
        {
            Version = version,
            RequiredSignatures = reader.Byte("required signatures"),
            ReadOnlySigned = reader.Byte("read-only signed"),
            ReadOnlyUnsigned = reader.Byte("read-only unsigned"),
            Keys = ReadKeys(ref reader),
            RecentBlockhash = reader.Hash("recent blockhash"),
            Instructions = ReadInstructions(ref reader),
            Lookups = version == MessageVersion.V0 ? ReadLookups(ref reader) : [],
        };

        return MessageChecks.Check(message, headerAt);
    }

    private static PublicKey[] ReadKeys(ref WireReader reader)
    {
        var keys = new PublicKey[reader.ShortVec("key count")];

        for (var index = 0; index < keys.Length; index++)
        {
            keys[index] = reader.Key("account key");
        }

        return keys;
    }

    private static CompiledInstruction[] ReadInstructions(ref WireReader reader)
    {
        var instructions = new CompiledInstruction[reader.ShortVec("instruction count")];

        for (var index = 0; index < instructions.Length; index++)
        {
            var program = reader.Byte("program index");
            var accounts = reader.Bytes(reader.ShortVec("account count"), "account indexes");
            var data = reader.Bytes(reader.ShortVec("data length"), "instruction data");
            instructions[index] = new CompiledInstruction(program, accounts, data);
        }

        return instructions;
    }

    private static TableLookup[] ReadLookups(ref WireReader reader)
    {
        var lookups = new TableLookup[reader.ShortVec("lookup count")];

        for (var index = 0; index < lookups.Length; index++)
        {
            var table = reader.Key("lookup table");
            var writable = reader.Bytes(reader.ShortVec("writable lookups"), "writable indexes");
            var readOnly = reader.Bytes(reader.ShortVec("read-only lookups"), "read-only indexes");
            lookups[index] = new TableLookup(table, writable, readOnly);
        }

        return lookups;
    }

    private byte[] EncodeLookups(WireWriter writer)
    {
        writer.ShortVec(Lookups.Count);

        foreach (var lookup in Lookups)
        {
            writer.Key(lookup.Table).Counted(lookup.WritableIndexes.Span).Counted(lookup.ReadOnlyIndexes.Span);
        }

        return writer.ToArray();
    }

    private static IEnumerable<PublicKey> Taken(
        PublicKey address, ReadOnlyMemory<byte> indexes, IReadOnlyList<LookupTable> tables)
    {
        var table = tables.FirstOrDefault(one => one.Address == address)
            ?? throw new InvalidOperationException($"Lookup table {address} is not known.");

        return indexes.ToArray().Select(index => index < table.Addresses.Count
            ? table.Addresses[index]
            : throw new InvalidOperationException($"Lookup table {address} has no address {index}."));
    }

    private Instruction Expand(CompiledInstruction compiled, IReadOnlyList<PublicKey> keys)
    {
        var accounts = new AccountMeta[compiled.AccountIndexes.Length];

        for (var at = 0; at < accounts.Length; at++)
        {
            var index = compiled.AccountIndexes.Span[at];
            accounts[at] = new AccountMeta(keys[index], IsSigner(index), IsWritable(index));
        }

        return new Instruction(Keys[compiled.ProgramIndex], accounts, compiled.Data);
    }
}
