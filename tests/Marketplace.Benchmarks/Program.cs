using Marketplace.Benchmarks;

// dotnet run -c Release --project tests/Marketplace.Benchmarks -- <suite> --json <file> [the suite's options]
var suite = Suites.All.FirstOrDefault(candidate => args.Length > 0 && candidate.Name == args[0]);

if (suite is null)
{
    Console.Error.WriteLine("usage: <suite> [--json FILE] [options]");
    Suites.All.ToList().ForEach(one => Console.Error.WriteLine($"  {one.Name} {one.Usage}"));
    return 2;
}

using var cancel = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    cancel.Cancel();
};

try
{
    var options = new SuiteOptions(args[1..]);
    var json = options.Text("--json");
    var report = BenchmarkReport.Of(suite.Name, await suite.Run(options, cancel.Token));
    report.Print(Console.Out);

    if (json is not null)
    {
        report.Write(json);
    }

    return 0;
}
catch (FormatException fault)
{
    Console.Error.WriteLine($"{suite.Name}: {fault.Message}");
    return 2;
}
catch (OperationCanceledException)
{
    return 130;
}
