using Taper.Cluster;
using Taper.Configuration;
using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Server.Settings;
using Taper.Store;
using Taper.Studies;
using Taper.Training.Runs;

namespace Taper.Cli.Terminal;

/// <summary>What went wrong, in one line, and the exit code for it.</summary>
internal sealed record Failure(string Message, int ExitCode)
{
    /// <summary>The failure behind an exception.</summary>
    public static Failure Of(Exception exception) => exception switch
    {
        UsageException or ConfigException or SettingsException => new(OneLine(exception.Message), Terminal.ExitCode.Usage),
        DataException or ArtifactException or ScoringException or StoreException => new(OneLine(exception.Message), Terminal.ExitCode.Artifact),
        TrainingException or StudyException or ClusterException => new(OneLine(exception.Message), Terminal.ExitCode.Unexpected),
        FileNotFoundException { FileName: { } file } when IsNative(file) => Native(exception),
        IOException or UnauthorizedAccessException =>
            new($"{OneLine(exception.Message)} Check the path, its permissions and the free space of the disk.", Terminal.ExitCode.Artifact),
        DllNotFoundException or BadImageFormatException => Native(exception),
        TypeInitializationException { InnerException: { } inner } => Of(inner),
        OutOfMemoryException => new(
            "Out of memory: use a smaller sizing.embedding_dim or data.fields[].max_vocabulary, or a machine with more.",
            Terminal.ExitCode.Unexpected),
        _ => new($"Unexpected failure: {OneLine(exception.Message)} Run again with --verbose for the details.", Terminal.ExitCode.Unexpected),
    };

    /// <summary>A text without line breaks and tabs.</summary>
    public static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static Failure Native(Exception exception) => new(
        $"A native library could not be loaded: {OneLine(exception.Message)} Build again on this machine (./taper does), "
        + "or set LD_LIBRARY_PATH to the folder that holds it.",
        Terminal.ExitCode.Unexpected);

    private static bool IsNative(string file) =>
        file.EndsWith(".so", StringComparison.Ordinal) || file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
}
