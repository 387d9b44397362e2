namespace Marketplace.Ledger.Tests.Compliance;

public sealed class SqliteComplianceRowsTests : ComplianceRowsContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}

[Trait("Category", "Postgres")]
public sealed class PostgresComplianceRowsTests : ComplianceRowsContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
