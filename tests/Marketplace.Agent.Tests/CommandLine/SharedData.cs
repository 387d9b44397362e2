namespace Marketplace.Agent.Tests.CommandLine;

/// <summary>Real data beside the repository; a test that needs it is skipped where it is absent.</summary>
internal static class SharedData
{
    public static string Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Marketplace.sln")))
            {
                var found = Path.Combine(folder.FullName, "..", "shared", "data", path);
                Assert.SkipUnless(File.Exists(found), $"{found} is not there.");

                return found;
            }
        }

        Assert.Skip("The tests do not lie in the repository, so shared data cannot be found.");

        return "";
    }
}
