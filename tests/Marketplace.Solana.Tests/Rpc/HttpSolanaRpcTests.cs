using System.Net;
using System.Text;
using System.Text.Json;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Solana.Tests.Rpc;

/// <summary>A node that talks nonsense must end in one clear exception, never in a wrong answer.</summary>
public sealed class HttpSolanaRpcTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"jsonrpc":"2.0","id":ID}""")]
    [InlineData("""{"jsonrpc":"2.0","id":ID,"result":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":ID,"result":{"context":{},"value":1}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":ID,"result":{"context":{"slot":1},"value":-1}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":ID,"result":{"context":{"slot":1},"value":1.5}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":ID,"result":{"context":{"slot":1},"value":99999999999999999999}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":999,"result":{"context":{"slot":1},"value":1}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":ID,"error":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":ID,"error":"no"}""")]
    public async Task An_answer_that_cannot_be_read_is_about_the_node(string answer)
    {
        var rpc = Node(answer);
        var problem = await Assert.ThrowsAsync<SolanaRpcException>(
            () => rpc.GetBalanceAsync(Web3Fixture.Key(1), ReadOptions.Finalized, Cancel));
        Assert.Null(problem.Code);
        Assert.True(problem.IsAboutTheNode);
    }

    [Fact]
    public async Task An_amount_beyond_a_signed_number_is_kept_whole()
    {
        var rpc = Node("""{"jsonrpc":"2.0","id":ID,"result":{"context":{"slot":7},"value":18446744073709551615}}""");
        var balance = await rpc.GetBalanceAsync(Web3Fixture.Key(1), ReadOptions.Finalized, Cancel);
        Assert.Equal(new AtSlot<ulong>(7, ulong.MaxValue), balance);
    }

    [Fact]
    public async Task Fewer_statuses_than_signatures_are_refused()
    {
        var rpc = Node("""{"jsonrpc":"2.0","id":ID,"result":{"context":{"slot":7},"value":[null]}}""");
        var signature = new Signature(new byte[64]);
        await Assert.ThrowsAsync<SolanaRpcException>(
            () => rpc.GetSignatureStatusesAsync([signature, signature], true, Cancel));
    }

    [Theory]
    [InlineData("""{"InstructionError":[3,{"Custom":17}]}""", 3, "Custom", 17)]
    [InlineData("""{"InstructionError":[0,"InvalidAccountData"]}""", 0, "InvalidAccountData", null)]
    public async Task A_preflight_failure_names_the_instruction(string err, int index, string name, int? custom)
    {
        var rpc = Node("""{"jsonrpc":"2.0","id":ID,"error":{"code":-32002,"message":"no","data":{"err":ERR,"logs":["a"]}}}"""
            .Replace("ERR", err, StringComparison.Ordinal));
        var problem = await Assert.ThrowsAsync<SolanaRpcException>(
            () => rpc.SendTransactionAsync(new byte[10], new SendOptions(), Cancel));

        Assert.Equal(new TransactionError.InInstruction(index, name, (uint?)custom), problem.TransactionError);
        Assert.Equal(["a"], problem.Logs);
        Assert.False(problem.IsAboutTheNode);
    }

    [Fact]
    public async Task A_send_switches_the_nodes_own_repeats_off_and_refuses_what_no_packet_holds()
    {
        var handler = new Scripted("""{"jsonrpc":"2.0","id":ID,"result":"RESULT"}"""
            .Replace("RESULT", new Signature(new byte[64]).ToString(), StringComparison.Ordinal));
        var rpc = new HttpSolanaRpc(new HttpClient(handler) { BaseAddress = new Uri("http://node.test") });
        await rpc.SendTransactionAsync(new byte[1232], new SendOptions { SkipPreflight = true, MinContextSlot = 5 }, Cancel);

        using var sent = JsonDocument.Parse(handler.LastBody!);
        var config = sent.RootElement.GetProperty("params")[1];
        Assert.Equal(0, config.GetProperty("maxRetries").GetInt32());
        Assert.True(config.GetProperty("skipPreflight").GetBoolean());
        Assert.Equal(5, config.GetProperty("minContextSlot").GetInt32());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => rpc.SendTransactionAsync(new byte[1233], new SendOptions(), Cancel));
    }

    [Fact]
    public async Task An_answer_about_another_transaction_is_refused()
    {
        using var key = Keypair.Generate();
        var message = Message.Compile(key.PublicKey, Hash.Parse(key.PublicKey.ToString()), [MemoProgram.Note("x")]);
        var ours = new Transaction([key.Sign(message.Encode())], message);
        var other = new Signature(new byte[64]);
        const string Landed = "{\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":{\"slot\":1,\"transaction\":[\"WIRE\",\"base64\"],"
            + "\"meta\":{\"err\":null,\"fee\":5000,\"preBalances\":BALANCES,\"postBalances\":[1,2],"
            + "\"preTokenBalances\":[],\"postTokenBalances\":[]}}}";
        var rpc = Node(Landed.Replace("WIRE", Convert.ToBase64String(ours.Encode()), StringComparison.Ordinal)
            .Replace("BALANCES", "[1,2]", StringComparison.Ordinal));
        var holed = Node(Landed.Replace("WIRE", Convert.ToBase64String(ours.Encode()), StringComparison.Ordinal)
            .Replace("BALANCES", "[1]", StringComparison.Ordinal));
        var sends = Node($"{{\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":\"{other}\"}}");

        Assert.Equal(1UL, (await rpc.GetTransactionAsync(ours.Id, Commitment.Finalized, Cancel))!.Slot);
        await Assert.ThrowsAsync<SolanaRpcException>(() => rpc.GetTransactionAsync(other, Commitment.Finalized, Cancel));
        await Assert.ThrowsAsync<SolanaRpcException>(() => holed.GetTransactionAsync(ours.Id, Commitment.Finalized, Cancel));
        await Assert.ThrowsAsync<SolanaRpcException>(
            () => sends.SendTransactionAsync(ours.Encode(), new SendOptions(), Cancel));
    }

    [Theory]
    [InlineData("[]", 0)]
    [InlineData("[]", 1)]
    [InlineData("[\"A\",\"A\"]", 2)]
    public async Task A_node_must_tell_as_many_loaded_addresses_as_the_message_looks_up(string writable, int loaded)
    {
        using var key = Keypair.Generate();
        using var payee = Keypair.Generate();
        var table = new LookupTable(key.PublicKey, [payee.PublicKey]);
        var message = Message.CompileV0(
            key.PublicKey, Hash.Parse(key.PublicKey.ToString()), [SystemProgram.Transfer(key.PublicKey, payee.PublicKey, 1)], [table]);
        var wire = new Transaction([key.Sign(message.Encode())], message);
        var told = Answer(writable.Replace("A", payee.PublicKey.ToString(), StringComparison.Ordinal), loaded);
        var right = Answer($"[\"{payee.PublicKey}\"]", 1);

        Assert.Equal(
            payee.PublicKey,
            Assert.Single((await Node(right).GetTransactionAsync(wire.Id, Commitment.Finalized, Cancel))!.LoadedAddresses));
        await Assert.ThrowsAsync<SolanaRpcException>(
            () => Node(told).GetTransactionAsync(wire.Id, Commitment.Finalized, Cancel));

        string Answer(string addresses, int count)
        {
            var balances = $"[{string.Join(',', Enumerable.Repeat(1, message.Keys.Count + count))}]";
            return $$$"""
                {"jsonrpc":"2.0","id":ID,"result":{"slot":1,
                "transaction":["{{{Convert.ToBase64String(wire.Encode())}}}","base64"],
                "meta":{"err":null,"fee":5000,"preBalances":{{{balances}}},"postBalances":{{{balances}}},
                "preTokenBalances":[],"postTokenBalances":[],
                "loadedAddresses":{"writable":{{{addresses}}},"readonly":[]} } } }
                """;
        }
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        var rpc = new HttpSolanaRpc(new HttpClient(new Endless()) { BaseAddress = new Uri("http://node.test") });
        var problem = await Assert.ThrowsAsync<SolanaRpcException>(() => rpc.GetHealthAsync(Cancel));
        Assert.Contains("larger than", problem.Message, StringComparison.Ordinal);
    }

    private static HttpSolanaRpc Node(string answer) =>
        new(new HttpClient(new Scripted(answer)) { BaseAddress = new Uri("http://node.test") });

    private sealed class Scripted(string answer) : HttpMessageHandler
    {
        public string? LastBody { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            LastBody = await request.Content!.ReadAsStringAsync(cancellationToken);
            using var call = JsonDocument.Parse(LastBody);
            var id = call.RootElement.GetProperty("id").GetRawText();
            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(answer.Replace("\"id\":ID", $"\"id\":{id}", StringComparison.Ordinal), Encoding.UTF8),
            };
        }
    }

    private sealed class Endless : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new Zeros()) });
    }

    private sealed class Zeros : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(buffer.Length);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Task.FromResult(count);
    }
}
