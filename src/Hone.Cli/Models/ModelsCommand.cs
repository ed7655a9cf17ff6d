using System.CommandLine;

namespace Hone.Cli.Models;

/// <summary><c>hone models</c>: the models that can be named.</summary>
static class ModelsCommand
{
    public static Command Create() =>
        new("models", Text.Of("List, add, show, merge and remove models", "列出、添加、查看、合并和删除模型"))
        {
            ListModels.Create(),
            AddModel.Create(),
            ShowModel.Create(),
            MergeModel.Create(),
            RemoveModel.Create(),
        };
}
