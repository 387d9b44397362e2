namespace Marketplace.Api.Inference.Jinja;

/// <summary>What one rendering has used up.</summary>
internal sealed class Budget
{
    private int _steps;
    private int _depth;
    private long _made;

    /// <summary>Steps taken so far.</summary>
    public int Steps => _steps;

    /// <exception cref="JinjaException">There were too many.</exception>
    public void Step(int line, long count = 1)
    {
        if (count > JinjaLimits.StepsMax - _steps)
        {
            throw new JinjaException($"the template takes more than {JinjaLimits.StepsMax} steps", line);
        }

        _steps += (int)count;
    }

    /// <summary>Before a text is made.</summary>
    /// <exception cref="JinjaException">It is too long.</exception>
    public void Characters(int line, long length) => Characters(line, length, length);

    /// <summary>Before characters are added to a text.</summary>
    /// <param name="length">Of the whole.</param>
    /// <param name="added">Of these, the new ones: they alone are charged.</param>
    /// <exception cref="JinjaException">It gets too long.</exception>
    public void Characters(int line, long length, long added)
    {
        if (length > JinjaLimits.CharactersMax)
        {
            throw new JinjaException($"a text gets longer than {JinjaLimits.CharactersMax} characters", line);
        }

        Step(line, added / JinjaLimits.CharactersPerStep);
        _made += added;

        if (_made > JinjaLimits.CharactersMadeMax)
        {
            throw new JinjaException(
                $"the template makes more than {JinjaLimits.CharactersMadeMax} characters", line);
        }
    }

    /// <summary>Before a list is made.</summary>
    /// <exception cref="JinjaException">It is too long.</exception>
    public void Items(int line, long count)
    {
        if (count > JinjaLimits.ItemsMax)
        {
            throw new JinjaException($"a list gets more than {JinjaLimits.ItemsMax} items", line);
        }

        Step(line, count);
    }

    /// <summary>Goes one deeper; the caller comes back out.</summary>
    /// <exception cref="JinjaException">It is too deep.</exception>
    public void Enter(int line)
    {
        if (_depth >= JinjaLimits.DepthMax)
        {
            throw new JinjaException($"the template goes more than {JinjaLimits.DepthMax} deep", line);
        }

        _depth++;
        Step(line);
    }

    public void Leave() => _depth--;
}
