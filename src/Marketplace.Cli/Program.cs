using Marketplace.Cli.CommandLine;

return await MarketplaceCommandLine.Run(args, Console.Out, Console.Error);
