namespace Marketplace.Ledger.Tests.Simulation;

public sealed class SqliteSimulationTests : SimulationContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}
