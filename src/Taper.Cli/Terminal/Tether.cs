using Taper.Studies;

namespace Taper.Cli.Terminal;

/// <summary>
/// Ties this process to a study that started it: it holds a lock file while it lives, and is stopped when its stdin ends, which
/// the death of the study brings about too.
/// </summary>
internal sealed class Tether : IDisposable
{
    private readonly FileStream _lock;

    private Tether(string lockFile) => _lock = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);

    /// <summary>The tether that the environment asks for, or null.</summary>
    /// <param name="stop">Stops the work.</param>
    public static Tether? FromEnvironment(Action stop)
    {
        if (Environment.GetEnvironmentVariable(TaperProcess.TetherVariable) is not { Length: > 0 } lockFile)
        {
            return null;
        }

        var tether = new Tether(lockFile);
        _ = Task.Factory.StartNew(() => StopAtEnd(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return tether;
    }

    public void Dispose() => _lock.Dispose();

    private static void StopAtEnd(Action stop)
    {
        using Stream input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        stop();
    }
}
