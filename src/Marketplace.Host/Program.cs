using Marketplace.Host;
using Marketplace.Host.Ledger;

try
{
    if (args is [VerifyBooks.Command, ..])
    {
        return await VerifyBooks.Run(args);
    }

    // Watching the folder for changed settings would look at every write of the databases in it.
    var builder = WebApplication.CreateBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);
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
