using System.Collections.Immutable;
using System.Security.Cryptography;
using Marketplace.Solana;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Testing.Solana;

/// <summary>
/// A chain in memory, deterministic, for tests of what stands on <see cref="ISolanaRpc"/>. It runs the instructions the
/// market uses and keeps commitment, the window of blockhashes, durable nonces and history. Slots move by
/// <see cref="Advance"/>, or by <see cref="SlotsPerPoll"/> with every look at a status.
/// </summary>
public sealed partial class FakeSolana : ISolanaRpc
{
    private const int ConfirmedDepth = 2;
    private const int FinalizedDepth = 32;
    private const ulong BlockhashAgeMax = 150;

    private readonly Lock _gate = new();
    private readonly List<LandedTransaction> _landed = [];
    private readonly List<(ulong Slot, ImmutableDictionary<PublicKey, AccountInfo> Accounts)> _states = [];
    private readonly Queue<SendFault> _sendFaults = new();
    private readonly Dictionary<string, int> _failing = [];
    private ImmutableDictionary<PublicKey, AccountInfo> _accounts = ImmutableDictionary<PublicKey, AccountInfo>.Empty;
    private ulong _slot = FinalizedDepth + 1;
    private int _hiddenStatuses;
    private int _fork;

    public FakeSolana(string name = "fake")
    {
        GenesisHash = Digest($"genesis of {name}");
        UsdcMint = PublicKey.Parse("4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU");
        var mint = new byte[MintAccount.Length];
        mint[44] = 6;
        mint[45] = 1;
        _accounts = _accounts.SetItem(UsdcMint, new AccountInfo(Rent(mint.Length), TokenProgram.Id, mint, false));
        _states.Add((0, _accounts));
    }

    public Hash GenesisHash { get; set; }

    public PublicKey UsdcMint { get; }

    /// <summary>Slots that pass with every call of <c>getSignatureStatuses</c>; 0 stands still.</summary>
    public int SlotsPerPoll { get; set; }

    /// <summary>The wire bytes of every send that reached the node, also those it forgot.</summary>
    public List<byte[]> Received { get; } = [];

    /// <summary>How many transactions landed, failed ones included.</summary>
    public int LandedCount => Locked(() => _landed.Count);

    public ulong Slot => Locked(() => _slot);

    public static ulong Rent(int length) => ((ulong)length + 128) * 6_960;

    public void Advance(int slots)
    {
        lock (_gate)
        {
            for (var count = 0; count < slots; count++)
            {
                _slot++;
            }
        }
    }

    public void SetLamports(PublicKey account, ulong lamports)
    {
        lock (_gate)
        {
            Write(account, new AccountInfo(lamports, SystemProgram.Id, ReadOnlyMemory<byte>.Empty, false));
        }
    }

    /// <summary>Mints out of nothing, known at every commitment, and returns the owner's associated account.</summary>
    public PublicKey MintUsdc(PublicKey owner, ulong micros)
    {
        lock (_gate)
        {
            var address = AssociatedTokenProgram.Address(owner, UsdcMint);
            var held = _accounts.TryGetValue(address, out var account) ? TokenAccount.Decode(account.Data.Span).Amount : 0;
            Write(address, FakeToken.Account(UsdcMint, owner, held + micros));
            return address;
        }
    }

    /// <summary>Empties a token account, known at every commitment.</summary>
    public void Drain(PublicKey tokenAccount)
    {
        lock (_gate)
        {
            Write(tokenAccount, FakeToken.WithAmount(_accounts[tokenAccount], 0));
        }
    }

    /// <summary>The USDC of a wallet; 0 without an account.</summary>
    public ulong UsdcOf(PublicKey owner) => Locked(() =>
        _accounts.TryGetValue(AssociatedTokenProgram.Address(owner, UsdcMint), out var account)
            ? TokenAccount.Decode(account.Data.Span).Amount
            : 0);

    public void SetFrozen(PublicKey tokenAccount, bool frozen)
    {
        lock (_gate)
        {
            var account = _accounts[tokenAccount];
            var data = account.Data.ToArray();
            data[108] = (byte)(frozen ? TokenAccountState.Frozen : TokenAccountState.Initialized);
            Write(tokenAccount, account with { Data = data });
        }
    }

    /// <summary>The next sends go wrong, in this order.</summary>
    public void FailSends(params IEnumerable<SendFault> faults)
    {
        lock (_gate)
        {
            foreach (var fault in faults)
            {
                _sendFaults.Enqueue(fault);
            }
        }
    }

    /// <summary>The next calls of a method, named as in JSON-RPC, find no node.</summary>
    public void FailCalls(string method, int count = 1)
    {
        lock (_gate)
        {
            _failing[method] = count;
        }
    }

    /// <summary>As long as it is set the node tells of no transaction.</summary>
    public bool IsHiding { get; set; }

    /// <summary>The next looks at statuses see nothing, whatever happened.</summary>
    public void HideStatuses(int calls)
    {
        lock (_gate)
        {
            _hiddenStatuses = calls;
        }
    }

    /// <summary>Everything after a slot never happened; the chain goes on from there with other hashes.</summary>
    public void ForkFrom(ulong slot)
    {
        lock (_gate)
        {
            _landed.RemoveAll(one => one.Slot > slot);
            _states.RemoveAll(one => one.Slot > slot);
            _accounts = _states[^1].Accounts;
            _fork++;
            _slot++;
        }
    }

    /// <summary>Runs a transaction from outside, such as a customer's deposit.</summary>
    public Signature Execute(byte[] wire)
    {
        lock (_gate)
        {
            Run(Transaction.Decode(wire));
            return Transaction.Decode(wire).Id;
        }
    }

    private static Hash Digest(string text) => new(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private Hash HashOf(ulong slot) => Digest($"{GenesisHash} {slot} {_fork}");

    private ulong SlotAt(Commitment commitment) => commitment switch
    {
        Commitment.Processed => _slot,
        Commitment.Confirmed => _slot - ConfirmedDepth,
        _ => _slot - FinalizedDepth,
    };

    /// <summary>Outside writes count as finalized: they set the scene.</summary>
    private void Write(PublicKey address, AccountInfo account)
    {
        _accounts = _accounts.SetItem(address, account);

        for (var index = 0; index < _states.Count; index++)
        {
            _states[index] = (_states[index].Slot, _states[index].Accounts.SetItem(address, account));
        }
    }

    private ImmutableDictionary<PublicKey, AccountInfo> AccountsAt(ReadOptions options)
    {
        var slot = SlotAt(options.Commitment);

        return options.MinContextSlot > slot
            ? throw new SolanaRpcException("minContextSlot not reached") { Code = RpcCode.MinContextSlot }
            : _states.Last(state => state.Slot <= slot).Accounts;
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    private Task<T> Answer<T>(string method, Func<T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        lock (_gate)
        {
            if (_failing.TryGetValue(method, out var left) && left > 0)
            {
                _failing[method] = left - 1;
                return Task.FromException<T>(new SolanaRpcException($"{method}: the node cannot be reached."));
            }

            try
            {
                return Task.FromResult(read());
            }
            catch (SolanaRpcException problem)
            {
                return Task.FromException<T>(problem);
            }
        }
    }
}
