using Taper.Configuration;

namespace Taper.Training.Sizing;

/// <summary>What methods need of a config that are within the budget only once their sizes are frozen.</summary>
internal static class FreezingBudget
{
    /// <exception cref="ConfigException">There is no budget, or no epoch in which it can be met.</exception>
    public static void Check(RunConfig config, bool restartsTraining)
    {
        SizingConfig sizing = config.Sizing;
        if (sizing.Budget is null)
        {
            throw new ConfigException($"sizing.budget: the method '{sizing.Method}' prunes to a budget; set one, such as 0.25.");
        }

        if (sizing.FreezeEpoch is not double freeze || (!restartsTraining && freeze >= config.Training.Epochs))
        {
            string most = restartsTraining ? "" : $" below training.epochs ({config.Training.Epochs})";
            throw new ConfigException($"sizing.freeze_epoch: the method '{sizing.Method}' prunes then; set a number of epochs{most}.");
        }
    }
}
