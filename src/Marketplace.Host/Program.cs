using Marketplace.Host;
using Marketplace.Host.Ledger;

try
{
    if (args is [VerifyBooks.Command, ..])
    {
        return await VerifyBooks.Run(args);
    }

    var builder = WebApplication.CreateBuilder(args);
    builder.AddMarketplaceHost();

    var app = builder.Build();
    app.MapMarketplaceHost();
    await app.RunAsync();
    return 0;
}
catch (Exception wrong) when (StartException.Explain(wrong) is not null)
{
    await Console.Error.WriteLineAsync($"marketplace-host cannot start: {StartException.Explain(wrong)}");
    return StartException.ExitCode;
}
