using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Host.Storage;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Ledger;

/// <summary>
/// The command <c>verify-books [--json]</c>: reads the configured books in one state and checks every invariant. Ends
/// with 0 when all hold, 1 when one is broken. It changes nothing; a host may run at the same time.
/// </summary>
internal static class VerifyBooks
{
    public const string Command = "verify-books";

    private const int Broken = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        WriteIndented = true,
    };

    public static async Task<int> Run(string[] args)
    {
        var asJson = args.Contains("--json", StringComparer.Ordinal);
        var settings = args.Skip(1).Where(arg => arg != "--json").ToArray();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings });
        var options = Read(builder.Configuration);

        await using var databases = Databases.From(options);
        var report = await new BooksAudit(databases.Books, TimeProvider.System).Verify();
        Write(report, asJson);

        return report.Holds ? 0 : Broken;
    }

    private static StorageOptions Read(ConfigurationManager configuration)
    {
        var options = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new();
        var faults = options.Faults().ToList();

        if (!options.IsPostgreSql && !File.Exists(Path.Combine(options.DataDirectory, Databases.LedgerFile)))
        {
            faults.Add($"Storage:DataDirectory '{options.DataDirectory}' holds no books ({Databases.LedgerFile}).");
        }

        return faults.Count == 0
            ? options
            : throw new OptionsValidationException(StorageOptions.Section, typeof(StorageOptions), faults);
    }

    private static void Write(BooksReport report, bool asJson)
    {
        if (asJson)
        {
            global::System.Console.WriteLine(JsonSerializer.Serialize(report, Json));
            return;
        }

        foreach (var invariant in report.Invariants)
        {
            global::System.Console.WriteLine($"{invariant.Standing,-10} {invariant.Id,-4} {invariant.Statement}");

            foreach (var finding in invariant.Findings)
            {
                global::System.Console.WriteLine($"                {finding}");
            }
        }

        global::System.Console.WriteLine(
            $"{report.Journals} journals, {report.Accounts} accounts: "
                + $"{(report.Holds ? "the books hold" : "THE BOOKS ARE BROKEN")}");
    }
}
