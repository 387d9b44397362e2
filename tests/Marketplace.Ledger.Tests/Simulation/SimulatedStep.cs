namespace Marketplace.Ledger.Tests.Simulation;

/// <summary>One thing that happens: what the product is told, and what the reference makes of it.</summary>
/// <param name="What">For the message when they differ.</param>
/// <param name="Entry">For the product.</param>
/// <param name="Judge">For the reference: its answer, by the name of the outcome.</param>
/// <param name="Then">What follows in the world outside when it stands for the first time.</param>
internal sealed record SimulatedStep(string What, Entry Entry, Func<ReferenceBook, string> Judge, Action? Then = null);
