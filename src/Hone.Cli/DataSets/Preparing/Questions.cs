namespace Hone.Cli.DataSets.Preparing;

/// <summary>Questions whose answer is yes unless it is "n".</summary>
/// <param name="saysYes">Whether all are answered with yes and nobody is asked.</param>
sealed class Questions(Output output, bool saysYes)
{
    /// <summary>Whether somebody is asked.</summary>
    public bool AreAsked => !saysYes;

    public bool Ask(string question)
    {
        output.Write($"{Output.Harmless(question)} [Y/n]: ");
        if (saysYes)
        {
            output.Line("Y");
            return true;
        }

        string answer = output.Input.ReadLine() ?? throw new HoneException(Text.Of(
            "\nNobody answers: standard input has ended. Nothing was written. Say yes to everything with -q.",
            "\n没有人回答：标准输入已结束。未写入任何文件。可用 -q 对所有问题回答“是”。"));
        return !answer.Trim().Equals("n", StringComparison.OrdinalIgnoreCase);
    }
}
