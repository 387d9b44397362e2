using Marketplace.Domain.Accounts;

namespace Marketplace.Host;

/// <summary>Counts what is under way for each account, so that none of them keeps the others from a queue.</summary>
internal sealed class PerAccount(int most)
{
    private readonly Dictionary<AccountId, int> _underWay = [];
    private readonly Lock _gate = new();

    /// <summary>Whether the account may have one more under way; then it must <see cref="Leave"/>.</summary>
    public bool Enter(AccountId account)
    {
        lock (_gate)
        {
            var mine = _underWay.GetValueOrDefault(account);

            if (mine >= most)
            {
                return false;
            }

            _underWay[account] = mine + 1;
            return true;
        }
    }

    public void Leave(AccountId account)
    {
        lock (_gate)
        {
            if (--_underWay[account] == 0)
            {
                _underWay.Remove(account);
            }
        }
    }
}
