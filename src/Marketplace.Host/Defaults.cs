namespace Marketplace.Host;

/// <summary>Settings that hold where nobody says otherwise; every other source goes before them.</summary>
internal static class Defaults
{
    public static void AddDefaults(this ConfigurationManager configuration) =>
        configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Orleans"] = "Warning",
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",

                // Orleans places grains through it, which would be four lines for each piece of work.
                ["Logging:LogLevel:Polly"] = "Warning",
            },
        });
}
