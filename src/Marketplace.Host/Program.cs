using Marketplace.Host;
using Marketplace.Host.Ledger;
using Microsoft.Extensions.Options;

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
catch (Exception wrong) when (wrong is StartException or OptionsValidationException)
{
    await Console.Error.WriteLineAsync($"marketplace-host cannot start: {wrong.Message}");
    return StartException.ExitCode;
}
