using Marketplace.Ledger.Tests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The entry point that xunit.v3 would generate, and one word before it: the crash test needs a program to kill.
return args switch
{
    [CrashWriter.Word, var path] => await CrashWriter.Run(path),
    _ when args.Any(word => word is "--server" or "--internal-msbuild-node") =>
        await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
