using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Host.Storage;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Ledger;

/// <summary>
/// The command <c>verify-books [--json] [--hledger FILE]</c>: reads the configured books in one state and checks every
/// invariant; with a file it exports them for hledger and compares. Ends with 0 when all hold, 1 when one is broken, 2
/// when an outside source did not answer. It changes nothing; a host may run at the same time.
/// </summary>
internal static class VerifyBooks
{
    public const string Command = "verify-books";

    private const int Broken = 1;
    private const int Unreachable = 2;
    private const string AsJson = "--json";
    private const string Hledger = "--hledger";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        WriteIndented = true,
    };

    public static async Task<int> Run(string[] args)
    {
        var words = args.Skip(1).ToList();
        var asJson = words.Remove(AsJson);
        var file = TakeFile(words);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [.. words] });
        var options = Read(builder.Configuration);
        var books = builder.Configuration.GetSection(BooksOptions.Section).Get<BooksOptions>() ?? new();
        var evidence = new BooksEvidence
        {
            Seals = new(books.SealPath(options.DataDirectory)),
            Signatures = Ed25519Check.Verify,
            Independent = file is null ? null : new HledgerBook(file),
        };

        await using var databases = Databases.From(options);
        var report = await new BooksAudit(databases.Books, TimeProvider.System).Verify(evidence);
        Write(report, asJson);

        return (report.Holds, report.IsReachable) switch
        {
            (false, _) => Broken,
            (true, false) => Unreachable,
            _ => 0,
        };
    }

    private static string? TakeFile(List<string> words)
    {
        var at = words.IndexOf(Hledger);

        if (at < 0)
        {
            return null;
        }

        if (at == words.Count - 1 || words[at + 1].StartsWith("--", StringComparison.Ordinal))
        {
            throw new StartException($"{Command} {Hledger} wants a file to write to, such as books.journal.");
        }

        var file = words[at + 1];
        words.RemoveRange(at, 2);
        return file;
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
            global::System.Console.WriteLine($"{invariant.Standing,-11} {invariant.Id,-8} {invariant.Statement}");

            foreach (var finding in invariant.Findings)
            {
                global::System.Console.WriteLine($"{string.Empty,20} {finding}");
            }
        }

        global::System.Console.WriteLine(
            $"{report.Journals} journals, {report.Accounts} accounts: "
                + $"{(report.Holds ? "the books hold" : "THE BOOKS ARE BROKEN")}");
    }
}
