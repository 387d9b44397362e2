namespace Marketplace.Domain.Ledger;

/// <summary>
/// Names an account of the books, such as <c>L:usdc:escrow:job_…</c>: class letter, asset, place. Made by
/// <see cref="Chart"/>; class, asset and floor follow from the name.
/// </summary>
[GenerateSerializer, Immutable, Alias("LedgerAccount")]
public readonly record struct LedgerAccount
{
    /// <summary>Longest name.</summary>
    public const int LengthMax = 160;

    private LedgerAccount(string name) => Name = name;

    [Id(0)]
    public string Name { get; }

    /// <summary>A asset, L liability, I income, X expense, Q equity.</summary>
    public char Class => Name[0];

    /// <summary><c>usdc</c>, <c>usd</c> or <c>sol</c>.</summary>
    public string Asset => Name.Split(':')[1];

    /// <summary>True where the database refuses to let the balance cross zero, open holds included.</summary>
    public bool Floored => (Class == 'L' || Class == 'A') && Name is not ("A:usd:stripe" or "A:usd:bank");

    /// <summary>The balance with the account's natural sign: what is owed, earned or funded is positive.</summary>
    public long Natural(long balance) => Class is 'A' or 'X' ? balance : checked(-balance);

    /// <summary>What may still be taken: the natural balance less what is held.</summary>
    public long Free(long balance, long held) => checked(Natural(balance) - held);

    /// <exception cref="FormatException">The text is no account name.</exception>
    public static LedgerAccount Parse(string name)
    {
        var parts = name.Split(':');
        var isRight = name.Length <= LengthMax && parts.Length is >= 3 and <= 6
            && parts[0] is "A" or "L" or "I" or "X" or "Q"
            && parts[1] is "usdc" or "usd" or "sol"
            && parts.All(part => part.Length > 0);

        return isRight
            ? new(name)
            : throw new FormatException($"'{name}' is no ledger account such as L:usdc:cust:acc_…:avail.");
    }

    public override string ToString() => Name;
}
