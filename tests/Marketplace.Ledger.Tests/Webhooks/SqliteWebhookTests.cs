namespace Marketplace.Ledger.Tests.Webhooks;

public sealed class SqliteWebhookTests : WebhookContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}
