namespace Marketplace.Compute.Inference.Llama;

/// <summary>Tokens of one sequence that go through the model together with those of others.</summary>
/// <param name="Tokens">One token of a text, or a part of a prompt.</param>
/// <param name="First">Position of the first of them; keys and values before it are in the table's blocks.</param>
/// <param name="Table">Has room for all of them; no other slice of the step writes into its blocks.</param>
/// <param name="WantsLogits">Whether the logits after the last one are asked for.</param>
internal readonly record struct BatchSlice(
    ReadOnlyMemory<int> Tokens, int First, BlockTable Table, bool WantsLogits)
{
    /// <summary>Whether the logits after every token are asked for.</summary>
    public bool WantsAll { get; init; }

    /// <summary>Tokens after which logits are asked for: the last, or all of them.</summary>
    public int LogitRows => WantsAll ? Tokens.Length : WantsLogits ? 1 : 0;

    /// <summary>Tokens of all slices.</summary>
    public static int RowsOf(ReadOnlySpan<BatchSlice> slices)
    {
        var rows = 0;

        foreach (var slice in slices)
        {
            rows += slice.Tokens.Length;
        }

        return rows;
    }

    /// <summary>The rows whose logits are asked for, counted through all slices.</summary>
    public static void LogitRowsOf(ReadOnlySpan<BatchSlice> slices, List<int> rows)
    {
        rows.Clear();
        var end = 0;

        foreach (var slice in slices)
        {
            end += slice.Tokens.Length;

            for (var row = end - slice.LogitRows; row < end; row++)
            {
                rows.Add(row);
            }
        }
    }
}
