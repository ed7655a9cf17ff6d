using System.Runtime.CompilerServices;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>What one rendering may use up, so that a hostile or broken template ends with an error instead of hanging the process.</summary>
sealed class Budget
{
    const int MaximumSteps = 10_000_000;
    const long MaximumCharacters = 64 << 20;
    const int MaximumDepth = 400;

    int _steps;
    long _characters;
    int _depth;

    /// <summary>One node evaluated, one loop turned, one element visited.</summary>
    public void Step()
    {
        if (++_steps > MaximumSteps)
            throw new HoneException("it takes more than 10 million steps, so it was stopped; look for a loop that grows without end");
    }

    /// <summary>Characters or elements about to be copied.</summary>
    public void ChargeCharacters(long count)
    {
        _characters += Math.Min(count, MaximumCharacters + 1);
        if (_characters > MaximumCharacters)
            throw new HoneException("it builds more than 64 million characters, so it was stopped; look for text that grows without end");
    }

    public void Enter()
    {
        if (++_depth > MaximumDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new HoneException("macros or expressions are nested too deeply");
    }

    public void Leave() => _depth--;

    /// <summary>For recursions that follow values instead of the template.</summary>
    public static void CheckNesting(int depth)
    {
        if (depth > MaximumDepth)
            throw new HoneException("values are nested too deeply");
    }
}
