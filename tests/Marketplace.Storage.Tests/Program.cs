using Marketplace.Storage.Tests.Sql;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Marketplace.Storage.Tests;

/// <summary>The test runner, or the process that a test starts to kill it.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (KilledWriter.ToldFile() is { } file)
        {
            await KilledWriter.Write(file);
            return 0;
        }

        return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
