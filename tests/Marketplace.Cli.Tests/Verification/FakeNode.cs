using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Marketplace.Domain.Verification;
using Marketplace.Testing.Verification;
using SimpleBase;

namespace Marketplace.Cli.Tests.Verification;

/// <summary>A Solana node on loopback that knows one transaction, or lies about it in one way.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly SignedReceipts _receipts;
    private readonly string? _fault;
    private readonly Task _serving;

    private FakeNode(SignedReceipts receipts, string? fault, string url)
    {
        (_receipts, _fault, Url) = (receipts, fault, url);
        _listener.Prefixes.Add(url);
        _listener.Start();
        _serving = Serve();
    }

    public string Url { get; }

    public static FakeNode Start(SignedReceipts receipts, string? fault)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();

        return new(receipts, fault, $"http://127.0.0.1:{port}/");
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                var call = await _listener.GetContextAsync();
                using var request = await JsonDocument.ParseAsync(call.Request.InputStream);
                var result = request.RootElement.GetProperty("method").GetString() == "getGenesisHash"
                    ? JsonSerializer.Serialize(_fault == "genesis" ? "another" : SignedReceipts.Genesis)
                    : Transaction();
                var answer = Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}""");
                await call.Response.OutputStream.WriteAsync(answer);
                call.Response.Close();
            }
        }
        catch (Exception) when (!_listener.IsListening)
        {
            // Stopped.
        }
    }

    private string Transaction()
    {
        var holds = (ReceiptVerdict.Holds)new ReceiptCheck(_receipts.Keys, SignedReceipts.Verify).Verify(_receipts.File());
        var memo = holds.Epoch!.Memo + (_fault == "memo" ? "0" : "");

        return _fault == "lost" ? "null" : JsonSerializer.Serialize(new
        {
            meta = new { err = _fault == "failed" ? "InsufficientFunds" : null },
            transaction = new
            {
                signatures = new[] { SignedReceipts.Transaction },
                message = new
                {
                    accountKeys = new[]
                    {
                        _fault == "signer" ? "another" : _receipts.Signer,
                        "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr",
                    },
                    instructions = new[]
                    {
                        new { programIdIndex = 1, data = Base58.Bitcoin.Encode(Encoding.UTF8.GetBytes(memo)) },
                    },
                },
            },
        });
    }
}
