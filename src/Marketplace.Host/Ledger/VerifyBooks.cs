using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Grains.Ledger;
using Marketplace.Host.Storage;
using Marketplace.Ledger;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Ledger;

/// <summary>
/// The command <c>verify-books [--json] [--hledger FILE] [--without-chain] [--without-stripe] [--without-hledger]</c>:
/// reads the configured books in one state and checks every invariant, against the chains, the card processor and
/// hledger too; with a file the export for it stays there. Ends with 0 when all hold that were not left out, 1 when
/// one is broken, 2 when one could not be checked, each with the reason. It changes nothing; a host may run meanwhile.
/// </summary>
internal static class VerifyBooks
{
    public const string Command = "verify-books";

    private const int Broken = 1;
    private const int NotChecked = 2;
    private const string AsJson = "--json";
    private const string Hledger = "--hledger";
    private const string WithoutHledger = "--without-hledger";

    /// <summary>What may be left out, and the invariants that are about it.</summary>
    private static readonly Dictionary<string, string[]> Without = new(StringComparer.Ordinal)
    {
        ["--without-chain"] = ["7", "anchors"],
        ["--without-stripe"] = ["8"],
        [WithoutHledger] = ["16"],
    };

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        WriteIndented = true,
    };

    public static async Task<int> Run(string[] args)
    {
        var words = args.Skip(1).ToList();
        var asJson = words.Remove(AsJson);
        var leftOut = Without.Where(option => words.Remove(option.Key)).ToDictionary(StringComparer.Ordinal);
        var file = TakeFile(words);

        if (file is not null && leftOut.ContainsKey(WithoutHledger))
        {
            throw new StartException($"{Command}: {Hledger} and {WithoutHledger} exclude each other.");
        }

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [.. words] });
        builder.Configuration.AddDefaults();
        var options = Read(builder.Configuration);

        // All books stand in the export: a folder that nobody else may enter, under a name that nobody can prepare.
        var folder = file is null ? Directory.CreateTempSubdirectory("verify-books-") : null;
        var export = file ?? Path.Combine(folder!.FullName, "books.journal");

        try
        {
            await using var databases = Databases.From(options);
            var report = await Look(builder, databases, options, new HledgerBook(export), leftOut);
            Write(report, asJson);
            return !report.Holds ? Broken : report.IsComplete ? 0 : NotChecked;
        }
        finally
        {
            folder?.Delete(recursive: true);
        }
    }

    private static async Task<BooksReport> Look(
        WebApplicationBuilder builder,
        Databases databases,
        StorageOptions storage,
        HledgerBook hledger,
        Dictionary<string, string[]> leftOut)
    {
        var books = builder.Configuration.GetSection(BooksOptions.Section).Get<BooksOptions>() ?? new();
        builder.Services.AddSingleton(databases.Books);
        builder.Services.AddBooksEvidence();
        await using var services = builder.Services.BuildServiceProvider();
        var evidence = new BooksEvidence
        {
            LeftOut = leftOut.Values.SelectMany(ids => ids).ToHashSet(StringComparer.Ordinal),
            Chain = Given<IChainEvidence>("--without-chain"),
            Stripe = Given<IStripeEvidence>("--without-stripe"),
            Leases = new StoredLeases(databases, services.GetRequiredService<IRegister>()),
            Seals = new(books.SealPath(storage.DataDirectory)),
            Signatures = Ed25519Check.Verify,
            Independent = leftOut.ContainsKey(WithoutHledger) ? null : hledger,
        };
        var clock = TimeProvider.System;
        var look = new ConfirmedLook(new(databases.Books, clock), books.ConfirmAfter, clock);
        return await look.Run(evidence, BooksScope.Whole, CancellationToken.None);

        T? Given<T>(string option)
            where T : class => leftOut.ContainsKey(option) ? null : services.GetRequiredService<T>();
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
                + (!report.Holds ? "THE BOOKS ARE BROKEN"
                    : report.IsComplete ? "the books hold" : "the books hold as far as they could be checked"));
    }
}
