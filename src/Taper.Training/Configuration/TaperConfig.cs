using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.taper:</c> section.</summary>
public sealed record TaperConfig
{
    /// <summary>What is kept of each value.</summary>
    [ConfigKey("what is kept of each value: prefix, or elements (more accurate at small budgets, whole rows while training)")]
    public KeptPart Keep { get; init; }

    /// <summary>Weight of the full-size model's predictions beside the labels in fine-tuning.</summary>
    [ConfigKey("weight of the full-size model's predictions beside the labels in fine-tuning; 0: labels alone", Min = 0, Max = 1)]
    public double Distillation { get; init; } = 0.5;
}
