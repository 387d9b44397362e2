using System.Text;
using System.Text.Json;
using Marketplace.Cli.CommandLine;
using Marketplace.Domain.Verification;
using SimpleBase;

namespace Marketplace.Cli.Verification;

/// <summary>Asks a Solana node for the transaction whose memo holds an epoch's root.</summary>
internal sealed class ChainLookup(Web web, Uri rpc)
{
    private const string MemoProgram = "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr";

    /// <summary>
    /// Null when the chain holds the root, finalized and signed by the marketplace; else what is wrong.
    /// </summary>
    /// <exception cref="CliFault">The node cannot be asked.</exception>
    public async Task<string?> WhyNot(
        EpochHead epoch, ReceiptProof.OnChain anchor, ReceiptKeys keys, CancellationToken cancel)
    {
        if (!keys.Anchors.Contains(new(anchor.Genesis, anchor.Signer)))
        {
            return $"{anchor.Signer} on chain {anchor.Genesis} is none of the marketplace's addresses";
        }

        var genesis = await Call("getGenesisHash", "[]", cancel);

        if (genesis.ValueKind != JsonValueKind.String || genesis.GetString() != anchor.Genesis)
        {
            return $"the node is of chain {genesis}, the root is on {anchor.Genesis}";
        }

        var transaction = await Call(
            "getTransaction",
            JsonSerializer.Serialize(new object[]
            {
                anchor.Transaction,
                new { encoding = "json", commitment = "finalized", maxSupportedTransactionVersion = 0 },
            }),
            cancel);

        return transaction.ValueKind == JsonValueKind.Object
            ? WhyOther(transaction, epoch, anchor)
            : $"the chain knows no finalized transaction {anchor.Transaction}";
    }

    private static string? WhyOther(JsonElement landed, EpochHead epoch, ReceiptProof.OnChain anchor)
    {
        try
        {
            var transaction = landed.GetProperty("transaction");
            var message = transaction.GetProperty("message");
            var accounts = message.GetProperty("accountKeys").EnumerateArray().Select(key => key.GetString()).ToArray();

            if (landed.GetProperty("meta").GetProperty("err").ValueKind != JsonValueKind.Null)
            {
                return $"transaction {anchor.Transaction} failed on chain";
            }

            if (transaction.GetProperty("signatures")[0].GetString() != anchor.Transaction
                || accounts[0] != anchor.Signer)
            {
                return $"transaction {anchor.Transaction} was not signed by {anchor.Signer}";
            }

            var memos = message.GetProperty("instructions").EnumerateArray()
                .Where(instruction => accounts[instruction.GetProperty("programIdIndex").GetInt32()] == MemoProgram)
                .Select(instruction => Text(instruction.GetProperty("data").GetString()!));

            return memos.Contains(epoch.Memo, StringComparer.Ordinal)
                ? null
                : $"no memo of transaction {anchor.Transaction} is '{epoch.Memo}'";
        }
        catch (Exception fault) when (fault is KeyNotFoundException or InvalidOperationException
            or IndexOutOfRangeException or ArgumentException or FormatException)
        {
            throw new CliFault(
                ExitCodes.Refused, $"--rpc: the node's answer is no transaction: {fault.Message}", fault);
        }
    }

    private static string Text(string base58) => Encoding.UTF8.GetString(Base58.Bitcoin.Decode(base58));

    private async Task<JsonElement> Call(string method, string parameters, CancellationToken cancel)
    {
        var text = await web.Post(
            rpc, $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""", null, cancel);

        try
        {
            using var answer = JsonDocument.Parse(text);
            var root = answer.RootElement;

            return root.TryGetProperty("result", out var result)
                ? result.Clone()
                : throw new CliFault(ExitCodes.Refused, $"--rpc: {method}: {root}");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new CliFault(ExitCodes.Refused, $"--rpc: {method}: no JSON-RPC answer: {fault.Message}", fault);
        }
    }
}
