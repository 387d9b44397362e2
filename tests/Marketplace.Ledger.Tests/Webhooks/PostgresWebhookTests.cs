namespace Marketplace.Ledger.Tests.Webhooks;

[Trait("Category", "Postgres")]
public sealed class PostgresWebhookTests : WebhookContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
