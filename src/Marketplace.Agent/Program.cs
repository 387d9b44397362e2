using Marketplace.Agent.CommandLine;

return await AgentCommandLine.Run(args, Console.Out, Console.Error);
