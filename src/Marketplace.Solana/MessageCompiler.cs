namespace Marketplace.Solana;

/// <summary>Orders the keys and turns addresses into indexes, the way the reference client does.</summary>
internal static class MessageCompiler
{
    public static Message Compile(
        MessageVersion version,
        PublicKey feePayer,
        Hash recentBlockhash,
        IReadOnlyList<Instruction> instructions,
        IReadOnlyList<LookupTable> tables)
    {
        var uses = CollectUses(feePayer, instructions);
        var lookups = new List<TableLookup>();
        var looked = new List<(PublicKey Key, bool Writable)>();

        foreach (var table in tables)
        {
            Drain(uses, table, lookups, looked);
        }

        var ordered = uses
            .OrderBy(use => (use.IsSigner, use.IsWritable) switch
            {
                (true, true) => 0,
                (true, false) => 1,
                (false, true) => 2,
                (false, false) => 3,
            })
            .ToList();
        var all = ordered.Select(use => use.Key)
            .Concat(looked.Where(one => one.Writable).Select(one => one.Key))
            .Concat(looked.Where(one => !one.Writable).Select(one => one.Key))
            .ToList();

        if (all.Count > byte.MaxValue + 1)
        {
            throw new ArgumentException($"{all.Count} accounts, at most 256 can be indexed.", nameof(instructions));
        }

        var indexes = all.Select((key, index) => (key, index)).ToDictionary(pair => pair.key, pair => (byte)pair.index);

        return new Message
        {
            Version = version,
            RequiredSignatures = (byte)ordered.Count(use => use.IsSigner),
            ReadOnlySigned = (byte)ordered.Count(use => use is { IsSigner: true, IsWritable: false }),
            ReadOnlyUnsigned = (byte)ordered.Count(use => use is { IsSigner: false, IsWritable: false }),
            Keys = [.. ordered.Select(use => use.Key)],
            RecentBlockhash = recentBlockhash,
            Instructions = [.. instructions.Select(instruction => new CompiledInstruction(
                indexes[instruction.Program],
                instruction.Accounts.Select(account => indexes[account.Key]).ToArray(),
                instruction.Data))],
            Lookups = lookups,
        };
    }

    private static List<KeyUse> CollectUses(PublicKey feePayer, IReadOnlyList<Instruction> instructions)
    {
        var uses = new List<KeyUse>();
        var byKey = new Dictionary<PublicKey, KeyUse>();
        var payer = UseOf(feePayer);
        payer.IsSigner = true;
        payer.IsWritable = true;

        foreach (var instruction in instructions)
        {
            UseOf(instruction.Program).IsInvoked = true;

            foreach (var account in instruction.Accounts)
            {
                var use = UseOf(account.Key);
                use.IsSigner |= account.IsSigner;
                use.IsWritable |= account.IsWritable;
            }
        }

        return uses;

        KeyUse UseOf(PublicKey key)
        {
            if (!byKey.TryGetValue(key, out var use))
            {
                use = new KeyUse(key);
                byKey.Add(key, use);
                uses.Add(use);
            }

            return use;
        }
    }

    private static void Drain(
        List<KeyUse> uses, LookupTable table, List<TableLookup> lookups, List<(PublicKey Key, bool Writable)> looked)
    {
        var writable = Take(uses, table, looked, writable: true);
        var readOnly = Take(uses, table, looked, writable: false);

        if (writable.Length + readOnly.Length > 0)
        {
            lookups.Add(new TableLookup(table.Address, writable, readOnly));
        }
    }

    private static byte[] Take(
        List<KeyUse> uses, LookupTable table, List<(PublicKey Key, bool Writable)> looked, bool writable)
    {
        var indexes = new List<byte>();

        foreach (var use in uses.Where(use => use is { IsSigner: false, IsInvoked: false }
            && use.IsWritable == writable)
            .ToList())
        {
            var index = table.Addresses.ToList().IndexOf(use.Key);

            if (index is >= 0 and <= byte.MaxValue)
            {
                indexes.Add((byte)index);
                looked.Add((use.Key, writable));
                uses.Remove(use);
            }
        }

        return [.. indexes];
    }

    private sealed class KeyUse(PublicKey key)
    {
        public PublicKey Key { get; } = key;

        public bool IsSigner { get; set; }

        public bool IsWritable { get; set; }

        public bool IsInvoked { get; set; }
    }
}
