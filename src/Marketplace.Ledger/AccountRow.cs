using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger;

/// <summary>An account under lock: as it was read and what has changed since.</summary>
internal sealed class AccountRow(long id, LedgerAccount name, long balanceRead, long heldRead, long versionRead)
{
    private long _steps;

    public long Id => id;

    public LedgerAccount Name => name;

    public long VersionRead => versionRead;

    public long AmountChange { get; private set; }

    public long HeldChange { get; set; }

    public long Balance => balanceRead + AmountChange;

    public long Held => heldRead + HeldChange;

    /// <summary>The number of journals that touched the account; holds do not count.</summary>
    public long Version => versionRead + _steps;

    public bool IsChanged => _steps > 0 || HeldChange != 0;

    public void Post(long amount)
    {
        AmountChange += amount;
        _steps++;
    }
}
