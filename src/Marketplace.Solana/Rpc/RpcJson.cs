using System.Globalization;
using System.Text.Json;

namespace Marketplace.Solana.Rpc;

/// <summary>
/// Reads a node's answers. Whatever is missing or of another kind throws and becomes one clear error.
/// </summary>
internal static class RpcJson
{
    public static string Name(Commitment commitment) => commitment switch
    {
        Commitment.Processed => "processed",
        Commitment.Confirmed => "confirmed",
        _ => "finalized",
    };

    public static string Text(JsonElement value) =>
        value.GetString() ?? throw new FormatException("a text was expected, got null");

    public static AtSlot<T> AtSlot<T>(JsonElement answer, Func<JsonElement, T> read) =>
        new(answer.GetProperty("context").GetProperty("slot").GetUInt64(), read(answer.GetProperty("value")));

    public static IReadOnlyList<T> List<T>(JsonElement list, Func<JsonElement, T> read, int? expected = null)
    {
        var values = list.EnumerateArray().Select(read).ToList();

        return expected is null || expected == values.Count
            ? values
            : throw new FormatException($"{expected} answers were asked for, {values.Count} came");
    }

    public static LatestBlockhash LatestBlockhash(JsonElement value) =>
        new(
            Hash.Parse(Text(value.GetProperty("blockhash"))),
            value.GetProperty("lastValidBlockHeight").GetUInt64());

    public static AccountInfo? Account(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null
            ? null
            : new AccountInfo(
                value.GetProperty("lamports").GetUInt64(),
                PublicKey.Parse(Text(value.GetProperty("owner"))),
                value.GetProperty("data")[0].GetBytesFromBase64(),
                value.GetProperty("executable").GetBoolean());

    public static TokenAmount TokenAmount(JsonElement value) =>
        new(Number(value.GetProperty("amount")), value.GetProperty("decimals").GetByte());

    public static Simulation Simulation(JsonElement value) =>
        new(
            TransactionError(value.GetProperty("err")),
            Logs(value),
            value.TryGetProperty("unitsConsumed", out var units) && units.ValueKind == JsonValueKind.Number
                ? units.GetUInt64()
                : null);

    public static SignatureStatus? Status(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null
            ? null
            : new SignatureStatus(
                value.GetProperty("slot").GetUInt64(),
                Level(value.GetProperty("confirmationStatus")),
                TransactionError(value.GetProperty("err")));

    public static SignatureInfo SignatureInfo(JsonElement value) =>
        new(
            Signature.Parse(Text(value.GetProperty("signature"))),
            value.GetProperty("slot").GetUInt64(),
            TransactionError(value.GetProperty("err")),
            value.TryGetProperty("memo", out var memo) ? memo.GetString() : null,
            Time(value));

    public static PriorityFee PriorityFee(JsonElement value) =>
        new(value.GetProperty("slot").GetUInt64(), value.GetProperty("prioritizationFee").GetUInt64());

    /// <summary>What a node answers about one transaction must be about that one.</summary>
    public static Signature Same(Signature told, Signature asked) => told == asked
        ? told
        : throw new FormatException($"{asked} was asked for, {told} came");

    public static LandedTransaction? Landed(JsonElement value, Signature asked)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var meta = value.GetProperty("meta");

        return Checked(asked, new LandedTransaction
        {
            Slot = value.GetProperty("slot").GetUInt64(),
            BlockTime = Time(value),
            Transaction = Transaction.Decode(value.GetProperty("transaction")[0].GetBytesFromBase64()),
            Error = TransactionError(meta.GetProperty("err")),
            Fee = meta.GetProperty("fee").GetUInt64(),
            PreBalances = List(meta.GetProperty("preBalances"), balance => balance.GetUInt64()),
            PostBalances = List(meta.GetProperty("postBalances"), balance => balance.GetUInt64()),
            PreTokenBalances = TokenBalances(meta, "preTokenBalances"),
            PostTokenBalances = TokenBalances(meta, "postTokenBalances"),
            LoadedAddresses = Loaded(meta),
        });
    }

    private static LandedTransaction Checked(Signature asked, LandedTransaction landed)
    {
        Same(landed.Transaction.Id, asked);
        var accounts = landed.Accounts.Count;
        var isWhole = accounts == landed.Transaction.Message.AccountCount
            && landed.PreBalances.Count == accounts
            && landed.PostBalances.Count == accounts
            && landed.PreTokenBalances.Concat(landed.PostTokenBalances)
                .All(one => one.AccountIndex >= 0 && one.AccountIndex < accounts);

        return isWhole ? landed : throw new FormatException($"balances do not fit the {accounts} accounts of {asked}");
    }

    /// <summary>A name, or an object with one name: <c>{"InstructionError":[0,{"Custom":1}]}</c>.</summary>
    public static TransactionError? TransactionError(JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (error.ValueKind == JsonValueKind.String)
        {
            return new TransactionError.Whole(Text(error));
        }

        var first = error.EnumerateObject().First();

        if (first.Name != "InstructionError")
        {
            var hasIndex = first.Value.ValueKind == JsonValueKind.Object
                && first.Value.TryGetProperty("account_index", out _);
            return new TransactionError.Whole(
                first.Name, hasIndex ? first.Value.GetProperty("account_index").GetInt32() : null);
        }

        var index = first.Value[0].GetInt32();
        var inner = first.Value[1];

        if (inner.ValueKind == JsonValueKind.String)
        {
            return new TransactionError.InInstruction(index, Text(inner));
        }

        var cause = inner.EnumerateObject().First();
        return new TransactionError.InInstruction(
            index, cause.Name, cause.Name == "Custom" ? cause.Value.GetUInt32() : null);
    }

    public static SolanaRpcException Error(string method, int status, JsonElement error)
    {
        var code = error.GetProperty("code").GetInt32();
        var text = error.TryGetProperty("message", out var message) ? message.GetString() : null;
        var hasData = error.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object;

        return new SolanaRpcException($"{method}: {code} {text}")
        {
            Code = code,
            HttpStatus = status,
            TransactionError = hasData && data.TryGetProperty("err", out var err) ? TransactionError(err) : null,
            Logs = hasData ? Logs(data) : [],
        };
    }

    private static Commitment Level(JsonElement value) => Text(value) switch
    {
        "processed" => Commitment.Processed,
        "confirmed" => Commitment.Confirmed,
        "finalized" => Commitment.Finalized,
        var other => throw new FormatException($"commitment '{other}' is not known"),
    };

    private static ulong Number(JsonElement text) =>
        ulong.Parse(Text(text), NumberStyles.None, CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(JsonElement value) =>
        value.TryGetProperty("blockTime", out var time) && time.ValueKind == JsonValueKind.Number
            ? DateTimeOffset.FromUnixTimeSeconds(time.GetInt64())
            : null;

    private static IReadOnlyList<string> Logs(JsonElement value) =>
        value.TryGetProperty("logs", out var logs) && logs.ValueKind == JsonValueKind.Array ? List(logs, Text) : [];

    private static IReadOnlyList<TokenBalance> TokenBalances(JsonElement meta, string name) =>
        meta.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? List(list, TokenBalance)
            : [];

    private static TokenBalance TokenBalance(JsonElement value) => new()
    {
        AccountIndex = value.GetProperty("accountIndex").GetInt32(),
        Mint = PublicKey.Parse(Text(value.GetProperty("mint"))),
        Owner = OptionalKey(value, "owner"),
        Program = OptionalKey(value, "programId"),
        Amount = Number(value.GetProperty("uiTokenAmount").GetProperty("amount")),
        Decimals = value.GetProperty("uiTokenAmount").GetProperty("decimals").GetByte(),
    };

    private static PublicKey? OptionalKey(JsonElement value, string name) =>
        value.TryGetProperty(name, out var key) && key.ValueKind == JsonValueKind.String
            ? PublicKey.Parse(Text(key))
            : null;

    private static PublicKey[] Loaded(JsonElement meta) =>
        meta.TryGetProperty("loadedAddresses", out var loaded) && loaded.ValueKind == JsonValueKind.Object
            ?
            [
                .. List(loaded.GetProperty("writable"), key => PublicKey.Parse(Text(key))),
                .. List(loaded.GetProperty("readonly"), key => PublicKey.Parse(Text(key))),
            ]
            : [];
}
