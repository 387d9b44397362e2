namespace Marketplace.Compute.Inference.Llama;

/// <summary>What there is room for where states are made.</summary>
/// <param name="Blocks">Blocks of keys and values, of all sequences together.</param>
/// <param name="Rows">Tokens of one step.</param>
/// <param name="Positions">Positions of one sequence at most.</param>
internal readonly record struct StatesSize(int Blocks, int Rows, int Positions);
