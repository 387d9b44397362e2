namespace Marketplace.Solana;

/// <summary>What a validator's sanitizer asks of a message: counts and indexes that fit each other.</summary>
internal static class MessageChecks
{
    public static Message Check(Message message, int headerAt)
    {
        var signers = message.RequiredSignatures;
        var keys = message.Keys.Count;

        if (signers == 0 || signers > keys)
        {
            throw new MessageFormatException(headerAt, $"{signers} required signatures for {keys} keys");
        }

        if (message.ReadOnlySigned >= signers)
        {
            throw new MessageFormatException(headerAt + 1, "the fee payer must be a writable signer");
        }

        if (message.ReadOnlyUnsigned > keys - signers)
        {
            throw new MessageFormatException(headerAt + 2, "more read-only keys than keys that do not sign");
        }

        var accounts = message.AccountCount;

        if (accounts > byte.MaxValue + 1)
        {
            throw new MessageFormatException(headerAt + 3, $"{accounts} accounts, at most 256 can be indexed");
        }

        foreach (var instruction in message.Instructions)
        {
            // A program may be neither the fee payer nor looked up.
            if (instruction.ProgramIndex == 0 || instruction.ProgramIndex >= keys)
            {
                throw new MessageFormatException(
                    headerAt + 3, $"program index {instruction.ProgramIndex} of {keys} keys");
            }

            foreach (var index in instruction.AccountIndexes.Span)
            {
                if (index >= accounts)
                {
                    throw new MessageFormatException(headerAt + 3, $"account index {index} of {accounts} accounts");
                }
            }
        }

        return message;
    }
}
