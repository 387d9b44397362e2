namespace Marketplace.Ledger.Tests.Simulation;

[Trait("Category", "Postgres")]
public sealed class PostgresSimulationTests : SimulationContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
