using Marketplace.Host;

var builder = WebApplication.CreateBuilder(args);
builder.AddMarketplaceSilo();

var app = builder.Build();
await app.RunAsync();
