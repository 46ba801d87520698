using System.Reflection;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Taper.Training.Runs;

/// <summary>Where a run happened, for environment.json.</summary>
internal sealed record RunEnvironment
{
    public required string Taper { get; init; }

    public required string Runtime { get; init; }

    public required string System { get; init; }

    public required string Architecture { get; init; }

    public required int Cores { get; init; }

    public required int Threads { get; init; }

    public required long Seed { get; init; }

    public required DateTimeOffset Started { get; init; }

    public static RunEnvironment Of(TrainingRequest request) => new()
    {
        Taper = typeof(RunEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        Runtime = RuntimeInformation.FrameworkDescription,
        System = RuntimeInformation.OSDescription,
        Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        Cores = Environment.ProcessorCount,
        Threads = get_num_threads(),
        Seed = request.Config.Training.Seed,
        Started = request.Clock.GetUtcNow(),
    };
}
