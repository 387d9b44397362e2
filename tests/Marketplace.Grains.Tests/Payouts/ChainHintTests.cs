using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payouts;
using Marketplace.Solana.Keys;
using Marketplace.Testing.Solana;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>A node's websocket has the chain looked at before its turn, and nothing else.</summary>
public sealed class ChainHintTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_hint_about_an_account_has_the_chain_looked_at_long_before_its_turn(int account)
    {
        await using var socket = new HintSocket();
        using var key = Keypair.FromSeed(Enumerable.Repeat((byte)7, 32).ToArray());
        var chain = new FakeSolana("hinted");
        var node = new SolanaNode(chain);
        var rail = new SolanaRail([node], chain.UsdcMint, new FileSigner(key), 1_000_000_000)
        {
            Name = RailName.Parse("hinted"),
            WebSocketUrl = socket.Url,
        };
        await using var cluster = await SettlementCluster.Open(
            settings: new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Payouts:StepEvery"] = "00:30:00",
                ["Payouts:SweepEvery"] = "00:30:00",
                ["Deposits:PollEvery"] = "00:30:00",
            },
            further: rail);
        var caller = await socket.Next(Cancel);
        await HintSocket.Say(caller, $$"""{"jsonrpc":"2.0","id":{{account}},"result":17}""", Cancel);

        for (var hints = 0; hints < 4; hints++)
        {
            var before = node.Calls;

            await SettlementCluster.Until(
                async () =>
                {
                    await HintSocket.Say(
                        caller,
                        """{"jsonrpc":"2.0","method":"accountNotification","params":{"subscription":17}}""",
                        Cancel);
                    return node.Calls;
                },
                calls => calls > before,
                "the chain is looked at");
        }
    }
}
