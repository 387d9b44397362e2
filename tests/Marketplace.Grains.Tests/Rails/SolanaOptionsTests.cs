using Marketplace.Grains.Payouts;

namespace Marketplace.Grains.Tests.Rails;

/// <summary>A further rail is configuration, and a wrong one is named with what is allowed.</summary>
public sealed class SolanaOptionsTests
{
    private const string GenesisA = "4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY";
    private const string GenesisB = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG";

    [Fact]
    public void A_rail_names_its_node_its_chain_and_its_key()
    {
        Assert.Empty(Problems("second", rail => { }));
        Assert.Contains(Problems("Second", rail => { }), why => why.Contains("Solana:Rails:Second", StringComparison.Ordinal));
        Assert.Contains(Problems("solana", rail => { }), why => why.Contains("not 'solana'", StringComparison.Ordinal));
        Assert.Contains(
            Problems("second", rail => rail.GenesisHash = null),
            why => why.Contains("Solana:Rails:second:GenesisHash", StringComparison.Ordinal));
        Assert.Contains(
            Problems("second", rail => rail.GenesisHash = GenesisA),
            why => why.Contains("the chain of another rail", StringComparison.Ordinal));
        Assert.Contains(
            Problems("second", rail => rail.UsdcMint = "0"),
            why => why.Contains("Solana:Rails:second:UsdcMint '0'", StringComparison.Ordinal));
        Assert.Contains(
            Problems("second", rail => rail.TreasuryKeyFile = "/nowhere"),
            why => why.Contains("Solana:Rails:second:TreasuryKeyFile '/nowhere'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 150, "ws://127.0.0.1:1", null)]
    [InlineData(2, 0, "wss://node.example/", null)]
    [InlineData(0, 150, null, "Solana:Rails:second:Quorum 0 must be 1 to the number of nodes")]
    [InlineData(3, 150, null, "Solana:Rails:second:Quorum 3 must be 1 to the number of nodes, 1")]
    [InlineData(2, -1, null, "Solana:Rails:second:FinalizedSlotsBackMax -1 must be 0 to 10000")]
    [InlineData(2, 150, "ws://node.example/", "Solana:Rails:second:WebSocketUrl 'ws://node.example/' must be")]
    [InlineData(2, 150, "node.example", "Solana:Rails:second:WebSocketUrl 'node.example' must be")]
    [InlineData(2, 150, "https://node.example/", "Solana:Rails:second:WebSocketUrl 'https://node.example/' must be")]
    public void What_nodes_have_to_say_and_where_they_are_heard_is_checked(
        int quorum, int slotsBack, string? socket, string? problem)
    {
        var problems = Problems("second", rail =>
        {
            rail.Quorum = quorum;
            rail.FinalizedSlotsBackMax = slotsBack;
            rail.WebSocketUrl = socket;
        });

        Assert.Equal(problem is null ? 0 : 1, problems.Count());
        Assert.All(problems, why => Assert.StartsWith(problem!, why, StringComparison.Ordinal));
    }

    [Fact]
    public void Lookup_tables_need_nonces_and_their_limits_are_checked()
    {
        Assert.Empty(Problems("second", rail => rail.LookupTables = true));
        Assert.Contains(
            Problems("second", rail => (rail.LookupTables, rail.DurableNonces) = (true, false)),
            why => why == "Solana:Rails:second:LookupTables must be false where "
                + "Solana:Rails:second:DurableNonces is false.");
        Assert.Empty(Of(options => { }));
        Assert.Equal("Payouts:LookedUpPayeesMax 45 must be 15 to 44.", Of(options => options.LookedUpPayeesMax = 45));
        Assert.Equal("Payouts:LookupTablesMax 0 must be 1 to 16.", Of(options => options.LookupTablesMax = 0));
        Assert.Equal(
            "Payouts:LookupAddressesMax 257 must be 3 to 256.", Of(options => options.LookupAddressesMax = 257));
        Assert.Equal("Payouts:LookupPayeesMin 25 must be 1 to 24.", Of(options => options.LookupPayeesMin = 25));
        Assert.Equal(
            "Payouts:LookupPaymentsMin 0 must be 1 to 10000.", Of(options => options.LookupPaymentsMin = 0));
        Assert.StartsWith(
            "Payouts:LookupTablesEvery",
            Of(options => options.LookupTablesEvery = TimeSpan.Zero),
            StringComparison.Ordinal);

        static string Of(Action<PayoutOptions> change)
        {
            var options = new PayoutOptions();
            change(options);
            return string.Join('\n', new PayoutOptionsValidator().Validate(null, options).Failures ?? []);
        }
    }

    private static IEnumerable<string> Problems(string name, Action<RailOptions> change)
    {
        var file = typeof(SolanaOptionsTests).Assembly.Location;
        var options = new SolanaOptions { RpcUrl = "http://localhost:1", GenesisHash = GenesisA, TreasuryKeyFile = file };
        var rail = new RailOptions { RpcUrl = "http://localhost:2", GenesisHash = GenesisB, TreasuryKeyFile = file };
        change(rail);
        options.Rails.Add(name, rail);
        return new SolanaOptionsValidator().Validate(null, options).Failures ?? [];
    }
}
