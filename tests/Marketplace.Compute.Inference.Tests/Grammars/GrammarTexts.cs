using System.Text;
using Marketplace.Compute.Inference.Grammars;

namespace Marketplace.Compute.Inference.Tests.Grammars;

/// <summary>Texts and grammars.</summary>
internal static class GrammarTexts
{
    /// <summary>Whether a text is of a grammar from its beginning to its end.</summary>
    public static bool IsWhole(Grammar grammar, string text)
    {
        var machine = new GrammarMachine(grammar);
        GrammarMachine.State? state = machine.Begin;

        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            state = state is null ? null : machine.Next(state, value);
        }

        return state?.CanEnd == true;
    }
}
