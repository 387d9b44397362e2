using Marketplace.Training.CommandLine;

return await TrainingCommandLine.Run(args, Console.Out, Console.Error);
