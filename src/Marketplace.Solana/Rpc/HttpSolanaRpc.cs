using System.Text.Json;
using System.Text.Json.Nodes;

namespace Marketplace.Solana.Rpc;

/// <summary>
/// <see cref="ISolanaRpc"/> over HTTP. The client brings its own time limit; the node's address is
/// <see cref="HttpClient.BaseAddress"/>.
/// </summary>
public sealed class HttpSolanaRpc(HttpClient http) : ISolanaRpc
{
    private const int AccountsMax = 100;
    private const int SignaturesMax = 256;

    private readonly JsonRpcChannel _channel = new(http);

    public Task<bool> GetHealthAsync(CancellationToken cancellationToken) =>
        Call("getHealth", [], answer => answer.GetString() == "ok", cancellationToken);

    public Task<Hash> GetGenesisHashAsync(CancellationToken cancellationToken) =>
        Call("getGenesisHash", [], answer => Hash.Parse(RpcJson.Text(answer)), cancellationToken);

    public Task<ulong> GetSlotAsync(ReadOptions options, CancellationToken cancellationToken) =>
        Call("getSlot", [Config(options)], answer => answer.GetUInt64(), cancellationToken);

    public Task<ulong> GetBlockHeightAsync(ReadOptions options, CancellationToken cancellationToken) =>
        Call("getBlockHeight", [Config(options)], answer => answer.GetUInt64(), cancellationToken);

    public Task<AtSlot<LatestBlockhash>> GetLatestBlockhashAsync(
        ReadOptions options, CancellationToken cancellationToken) =>
        CallAtSlot("getLatestBlockhash", [Config(options)], RpcJson.LatestBlockhash, cancellationToken);

    public Task<AtSlot<AccountInfo?>> GetAccountInfoAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        CallAtSlot("getAccountInfo", [account.ToString(), Base64(options)], RpcJson.Account, cancellationToken);

    public Task<AtSlot<IReadOnlyList<AccountInfo?>>> GetMultipleAccountsAsync(
        IReadOnlyList<PublicKey> accounts, ReadOptions options, CancellationToken cancellationToken)
    {
        AtMost(accounts.Count, AccountsMax, nameof(accounts));
        return CallAtSlot(
            "getMultipleAccounts",
            [Texts(accounts), Base64(options)],
            answer => RpcJson.List(answer, RpcJson.Account, accounts.Count),
            cancellationToken);
    }

    public Task<AtSlot<ulong>> GetBalanceAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        CallAtSlot(
            "getBalance", [account.ToString(), Config(options)], answer => answer.GetUInt64(), cancellationToken);

    public Task<AtSlot<TokenAmount>> GetTokenAccountBalanceAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        CallAtSlot(
            "getTokenAccountBalance",
            [account.ToString(), Config(options)],
            RpcJson.TokenAmount,
            cancellationToken);

    public Task<ulong> GetMinimumBalanceForRentExemptionAsync(int dataLength, CancellationToken cancellationToken) =>
        Call(
            "getMinimumBalanceForRentExemption", [dataLength], answer => answer.GetUInt64(), cancellationToken);

    public Task<Signature> SendTransactionAsync(
        ReadOnlyMemory<byte> wire, SendOptions options, CancellationToken cancellationToken)
    {
        AtMost(wire.Length, Transaction.BytesMax, nameof(wire));
        var config = new JsonObject
        {
            ["encoding"] = "base64",
            ["maxRetries"] = 0,
            ["skipPreflight"] = options.SkipPreflight,
            ["preflightCommitment"] = RpcJson.Name(options.PreflightCommitment),
        };
        AddMinContextSlot(config, options.MinContextSlot);
        return Call(
            "sendTransaction",
            [Convert.ToBase64String(wire.Span), config],
            answer => RpcJson.Same(Signature.Parse(RpcJson.Text(answer)), FirstSignature(wire)),
            cancellationToken);
    }

    public Task<AtSlot<Simulation>> SimulateTransactionAsync(
        ReadOnlyMemory<byte> wire, SimulateOptions options, CancellationToken cancellationToken)
    {
        var config = new JsonObject
        {
            ["encoding"] = "base64",
            ["sigVerify"] = options.VerifySignatures,
            ["replaceRecentBlockhash"] = options.ReplaceRecentBlockhash,
            ["commitment"] = RpcJson.Name(options.Commitment),
        };
        AddMinContextSlot(config, options.MinContextSlot);
        return CallAtSlot(
            "simulateTransaction",
            [Convert.ToBase64String(wire.Span), config],
            RpcJson.Simulation,
            cancellationToken);
    }

    public Task<AtSlot<IReadOnlyList<SignatureStatus?>>> GetSignatureStatusesAsync(
        IReadOnlyList<Signature> signatures, bool searchHistory, CancellationToken cancellationToken)
    {
        AtMost(signatures.Count, SignaturesMax, nameof(signatures));
        return CallAtSlot(
            "getSignatureStatuses",
            [Texts(signatures), new JsonObject { ["searchTransactionHistory"] = searchHistory }],
            answer => RpcJson.List(answer, RpcJson.Status, signatures.Count),
            cancellationToken);
    }

    public Task<IReadOnlyList<SignatureInfo>> GetSignaturesForAddressAsync(
        PublicKey address, SignaturePage page, CancellationToken cancellationToken)
    {
        if (page.Limit is < 1 or > SignaturePage.LimitMax)
        {
            throw new ArgumentOutOfRangeException(nameof(page), page.Limit, "The limit is 1 to 1,000.");
        }

        var config = Config(new ReadOptions(page.Commitment, page.MinContextSlot));
        config["limit"] = page.Limit;

        if (page.Before is not null)
        {
            config["before"] = page.Before.ToString();
        }

        if (page.Until is not null)
        {
            config["until"] = page.Until.ToString();
        }

        return Call(
            "getSignaturesForAddress",
            [address.ToString(), config],
            answer => RpcJson.List(answer, RpcJson.SignatureInfo),
            cancellationToken);
    }

    public Task<LandedTransaction?> GetTransactionAsync(
        Signature signature, Commitment commitment, CancellationToken cancellationToken)
    {
        var config = new JsonObject
        {
            ["encoding"] = "base64",
            ["commitment"] = RpcJson.Name(commitment),
            ["maxSupportedTransactionVersion"] = 0,
        };
        return Call(
            "getTransaction",
            [signature.ToString(), config],
            answer => RpcJson.Landed(answer, signature),
            cancellationToken);
    }

    public Task<IReadOnlyList<PriorityFee>> GetRecentPrioritizationFeesAsync(
        IReadOnlyList<PublicKey> writable, CancellationToken cancellationToken) =>
        Call(
            "getRecentPrioritizationFees",
            [Texts(writable)],
            answer => RpcJson.List(answer, RpcJson.PriorityFee),
            cancellationToken);

    public Task<Signature> RequestAirdropAsync(
        PublicKey account, ulong lamports, CancellationToken cancellationToken) =>
        Call(
            "requestAirdrop",
            [account.ToString(), lamports],
            answer => Signature.Parse(RpcJson.Text(answer)),
            cancellationToken);

    /// <summary>Behind the number of signatures, which is one byte as long as a packet holds them.</summary>
    private static Signature FirstSignature(ReadOnlyMemory<byte> wire) => wire.Length > Signature.Length
        ? new Signature(wire.Slice(1, Signature.Length).ToArray())
        : throw new FormatException("what was sent is no transaction");

    private static void AtMost(int count, int max, string name)
    {
        if (count > max)
        {
            throw new ArgumentOutOfRangeException(name, count, $"At most {max}.");
        }
    }

    private static JsonObject Config(ReadOptions options)
    {
        var config = new JsonObject { ["commitment"] = RpcJson.Name(options.Commitment) };
        AddMinContextSlot(config, options.MinContextSlot);
        return config;
    }

    private static JsonObject Base64(ReadOptions options)
    {
        var config = Config(options);
        config["encoding"] = "base64";
        return config;
    }

    private static void AddMinContextSlot(JsonObject config, ulong? slot)
    {
        if (slot is not null)
        {
            config["minContextSlot"] = slot;
        }
    }

    private static JsonArray Texts(IEnumerable<object> values) =>
        [.. values.Select(value => (JsonNode)value.ToString()!)];

    private Task<T> Call<T>(
        string method, JsonArray parameters, Func<JsonElement, T> read, CancellationToken cancellationToken) =>
        _channel.CallAsync(method, parameters, read, cancellationToken);

    private Task<AtSlot<T>> CallAtSlot<T>(
        string method, JsonArray parameters, Func<JsonElement, T> read, CancellationToken cancellationToken) =>
        _channel.CallAsync(method, parameters, answer => RpcJson.AtSlot(answer, read), cancellationToken);
}
