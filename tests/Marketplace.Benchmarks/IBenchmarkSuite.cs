namespace Marketplace.Benchmarks;

/// <summary>A group of measurements with a name on the command line.</summary>
internal interface IBenchmarkSuite
{
    string Name { get; }

    /// <summary>The suite's own options, for the usage text.</summary>
    string Usage { get; }

    /// <summary>Measures. Progress goes to standard error by itself; results are printed and written by the program.</summary>
    Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel);
}
